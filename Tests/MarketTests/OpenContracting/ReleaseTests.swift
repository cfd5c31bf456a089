import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct ReleaseTests {
  static let poster = #"{"id":"CN-SAIC-1","name":"示例企业","roles":["buyer","funder"]}"#
  static let solver = #"{"id":"CN-SAIC-2","name":"示例大学","roles":["tenderer"]}"#

  /// A process whose releases fit together, a line each.
  static let sound = [
    """
    {"ocid":"o","id":"o-0001","date":"2026-03-01T01:00:00Z","tag":["tender"],"parties":[\(poster)],"buyer":{"id":"CN-SAIC-1"},
     "tender":{"id":"c","status":"active","tenderPeriod":{"startDate":"2026-03-01T01:00:00Z","endDate":"2026-03-31T16:00:00Z"}}}
    """,
    """
    {"ocid":"o","id":"o-0002","date":"2026-03-31T16:00:00.000001Z","tag":["tenderUpdate"],"parties":[\(solver)],
     "tender":{"id":"c","tenderers":[{"id":"CN-SAIC-2"}],"numberOfTenderers":1},
     "bids":{"details":[{"id":"b","status":"pending","tenderers":[{"id":"CN-SAIC-2"}]}]}}
    """,
    """
    {"ocid":"o","id":"o-0003","date":"2026-04-20T01:00:00Z","tag":["award"],
     "parties":[{"id":"CN-SAIC-2","roles":["tenderer","supplier"]}],"bids":{"details":[{"id":"b","status":"valid"}]},
     "awards":[{"id":"a","status":"pending","suppliers":[{"id":"CN-SAIC-2"}],"relatedBid":"b"}]}
    """,
    #"{"ocid":"o","id":"o-0004","date":"2026-05-01T01:00:00Z","tag":["awardUpdate"],"awards":[{"id":"a","status":"active"}]}"#,
    """
    {"ocid":"o","id":"o-0005","date":"2026-05-02T01:00:00Z","tag":["contract"],
     "contracts":[{"id":"d","awardID":"a","status":"active","value":{"amount":800000.5,"currency":"CNY"}}]}
    """,
  ].map { JSONValue.parse($0.utf8)! }

  @Test func releases_that_fit_together_have_no_findings() {
    #expect(ReleaseCheck.findings(Self.sound) == [])
  }

  @Test(arguments: [
    (1, "id", #""o-0001""#, "used twice"), (0, "id", ##""o#1""##, "# in an id"),
    (2, "date", #""2026-03-31T16:00:00Z""#, "not later"), (2, "date", #""2026-04-20""#, "no date and time"),
    (3, "tag", #"["compiled"]"#, "tag compiled"), (0, "tag", #"["award"]"#, "before any"),
    (0, "buyer", #"{"id":"CN-SAIC-9"}"#, "not among the parties"),
    (1, "date", #""2026-03-20T00:00:00Z""#, "before the deadline"),
    (2, "awards", #"[{"id":"a","relatedBid":"x"}]"#, "unknown bid"),
    (4, "contracts", #"[{"id":"d","awardID":"x"}]"#, "unknown award"),
    (4, "ocid", #""p""#, "another ocid"),
  ])
  func each_fault_is_found(release: Int, member: String, value: String, words: String) throws {
    var releases = Self.sound
    guard case .object(var members) = releases[release] else { return }
    members[member] = try #require(JSONValue.parse("[\(value)]".utf8)?.array?.first)
    releases[release] = .object(members)
    #expect(ReleaseCheck.findings(releases).contains { $0.contains(words) }, "\(ReleaseCheck.findings(releases))")
  }

  /// The merging rules again, by somebody else: a member that is null goes, lists of objects merge by id, other lists are replaced.
  private static let oracle = """
    import json, sys
    def merge(state, change):
        for name, value in change.items():
            if value is None: state.pop(name, None)
            elif isinstance(value, dict):
                if value: merge(state.setdefault(name, {}) if isinstance(state.get(name), dict) else state.update({name: {}}) or state[name], value)
            elif isinstance(value, list):
                if not value: continue
                if name in ("additionalIdentifiers", "additionalClassifications") or not all(isinstance(x, dict) for x in value):
                    state[name] = value
                    continue
                known = state.get(name) if isinstance(state.get(name), list) else []
                for entry in value:
                    found = next((x for x in known if "id" in entry and x.get("id") == entry["id"]), None)
                    if found is None:
                        found = {}
                        known.append(found)
                    merge(found, entry)
                state[name] = known
            else: state[name] = value
    releases = json.load(sys.stdin)
    state = {}
    for release in releases:
        merge(state, {k: v for k, v in release.items() if k not in ("id", "date", "tag")})
    state.update(id=f"{state['ocid']}-{releases[-1]['date']}", date=releases[-1]["date"], tag=["compiled"])
    json.dump(state, sys.stdout)
    """

  @Test func the_compiled_release_is_what_another_merger_makes_of_it() throws {
    let odd =
      #"{"ocid":"o","id":"o-0006","date":"2026-06-01T00:00:00Z","tag":["contractUpdate"],"buyer":null,"tender":{"tenderers":[],"x":{}},"#
      + #""contracts":[{"id":"d","value":{"amount":1},"additionalIdentifiers":[{"id":"1"}]},{"title":"no id"}]}"#
    let odder =
      #"{"ocid":"o","id":"o-0007","date":"2026-06-02T00:00:00Z","tag":["contractUpdate"],"#
      + #""contracts":[{"id":"d","additionalIdentifiers":[{"id":"2"}],"value":null},{"title":"no id"}],"tender":{"words":["a"]}}"#
    let releases = Self.sound + [odd, odder].map { JSONValue.parse($0.utf8)! }
    let input = JSONValue.array(releases).canonical
    guard let answer = try Python.run(Self.oracle, input: input) else { return }
    #expect(ReleaseMerge.compiled(releases) == JSONValue.parse(answer))
  }

  @Test func a_challenge_that_never_was_public_releases_nothing_and_what_is_released_cannot_be_changed() async throws {
    try await World.with { world in
      let unseen = try await world.challenge(.selected, withBid: false).id
      try await world.move(unseen, .cancel, aReason, as: world.enterprise.caller)
      #expect(try await world.rowCounts()["ocds_releases"] == 0)

      let plain = try await world.challenge(.selected, isPlain: true, withBid: false).id
      try await world.move(plain, .publish, as: world.operator.caller)
      try await world.move(plain, .cancel, aReason, as: world.enterprise.caller)
      let page = try await world.market.openContracting.releases(after: 0, limit: 1)
      let next = try #require(page.next)
      let rest = try await world.market.openContracting.releases(after: next, limit: 10)
      let releases = (page.releases + rest.releases).compactMap { JSONValue.parse($0) }
      #expect(releases.map { $0["tag"]?.array?.first?.string } == ["tender", "tenderCancellation"] && rest.next == nil)
      #expect(ReleaseCheck.findings(releases) == [])
      await #expect(throws: PostgresError.self) {
        _ = try await world.market.database.execute("UPDATE ocds_releases SET body = '{}'")
      }
    }
  }
}
