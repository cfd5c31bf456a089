import Postgres
import TestSupport
import Testing

@testable import Market

/// 联合体: several who bid as one, known to themselves alone until the opening.
@Suite struct ConsortiumTests {
  @Test func a_joint_bid_is_silent_before_the_opening_and_names_its_parties_afterwards() async throws {
    try await World.with { world in
      let id = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let partner = try await party("示例企业乙", "enterprise", world)
      let before = try await world.fingerprint()
      let offer = try await joint([(world.rival, 30), (partner, 20)], share: 50, on: id, world)
      #expect(try await world.fingerprint() == before, "a consent is given out and kept nowhere")
      let bid = try await OpeningTests.place(offer, on: id, world.university, world).receipt.bid
      let changed = try await world.fingerprint().filter { before[$0.key] != $0.value }.keys.sorted()
      #expect(changed == ["sealed_bids"])
      _ = try await OpeningTests.place(World.offer, on: id, try await party("示例企业丙", "enterprise", world), world)
      let sizes = try await world.market.database.query(
        "SELECT count(DISTINCT octet_length(technical) + octet_length(financial)) FROM sealed_bids")
      #expect(try sizes.first?.get(0) == 1, "one size class, alone or together")
      try await world.advance(days: 30)
      try await world.open(of: id)
      let opened = try await world.market.find(bid, for: world.university.caller)
      let parties = JSONValue.parse(opened.parties)?.array ?? []
      #expect(
        parties.map { $0["organisation"]?.string } == [world.university.id, world.rival.id, partner.id].map(\.text))
      #expect(parties.map { $0["cost_percent"]?.number } == [50, 30, 20] && parties.first?["role"]?.string == "lead")
      #expect(parties.last?["tasks"]?.string == "示例任务" && opened.ipTerms == "示例:按贡献分享")
      let told = try await world.history(as: partner.caller).filter { $0.kind == "bid" && $0.action == "open" }
      #expect(told.map(\.objectID) == [bid.bits], "a member hears that its bid was opened")
      let releases = try await world.market.database.query("SELECT body FROM ocds_releases WHERE challenge = \(id)")
      #expect(releases.isEmpty, "never published through the front door, so nothing was released")
    }
  }

  @Test func what_is_wrong_with_a_consortium_is_refused_when_sealed_here_and_void_when_sealed_elsewhere() async throws {
    try await World.with { world in
      let id = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let other = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let stranger = World.Party(id: ID(), caller: .anonymous, secret: "")
      let good = try await joint([(world.rival, 40)], share: 60, on: id, world)
      var sharesShort = good, alone = good, noTerms = good, stale = good
      sharesShort["cost_percent"] = .integer(50)
      alone["members"] = .null
      noTerms["ip_terms"] = .null
      stale["members"] = try await joint([(world.rival, 40)], share: 60, on: other, world)["members"]
      let rival = try #require(try records(good).first)
      func with(_ rows: [JSONValue], share: Int64 = 60) -> Input {
        var input = good
        input["members"] = .json(JSONValue.array(rows).canonical)
        input["cost_percent"] = .integer(share)
        return input
      }
      func member(_ party: World.Party, _ percent: Double) -> JSONValue {
        .object([
          "organisation": .string(party.id.text), "role": .string("research"), "cost_percent": .number(percent),
          "consent": .string("0.AAAA"),
        ])
      }
      let faulty: [(ConsortiumFault, Input)] = [
        (.incomplete, alone), (.incomplete, noTerms), (.shares, sharesShort),
        (.repeated, with([rival, rival], share: 20)), (.repeated, with([member(world.university, 40)])),
        (.poster, with([member(world.enterprise, 40)])), (.unknown, with([member(stranger, 40)])),
        (.consent, with([member(world.rival, 40)])), (.consent, stale),
      ]
      for (fault, offer) in faulty {
        let refused = try await refusal {
          _ = try await OpeningTests.place(offer, on: id, world.university, world)
        }
        #expect(refused.issues.map(\.code) == [fault.rawValue])
      }
      #expect(try await world.rowCounts()["sealed_bids"] == 0)
      let seal = try #require(try await world.market.seal(of: id))
      var sent: [(World.Party, ID<Bid>, ConsortiumFault)] = []
      for (i, (fault, offer)) in faulty.enumerated() where fault != .repeated {
        let bidder = try await party("示例大学 \(i)", "university", world)
        let both = try BidContent(offer, by: bidder.id).sealed(under: seal.keys, on: id)
        let ready = Input([
          "technical": .text(Base64.encode(both.technical)), "financial": .text(Base64.encode(both.financial)),
        ])
        sent.append((bidder, try await OpeningTests.place(ready, on: id, bidder, world).receipt.bid, fault))
      }
      try await world.advance(days: 30)
      try await world.open(of: id)
      #expect(try await world.rowCounts()["bids"] == 0)
      for (bidder, bid, fault) in sent {
        let mine = try await world.market.sealedBid(bid, for: bidder.caller)
        #expect(mine.status == .invalid && mine.fault == fault.rawValue)
      }
      let valid = try await world.market.find(id, for: .anonymous).terms.validBids
      #expect(valid == 0)
      let blocked = try await refusal { try await world.move(id, .evaluate, as: world.operator.caller) }
      #expect(blocked.issues.map(\.code) == ["no_bids"], "bids that do not count are no bids to evaluate")
    }
  }

  @Test func who_is_in_two_bids_voids_both_and_nobody_can_be_put_into_one_unasked() async throws {
    try await World.with { world in
      let id = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let second = try await party("示例大学乙", "university", world), third = try await party("示例大学丙", "university", world)
      let one = try await OpeningTests.place(
        try await joint([(world.rival, 40)], share: 60, on: id, world), on: id, world.university, world)
      let two = try await OpeningTests.place(World.offer, on: id, world.rival, world)
      let free = try await OpeningTests.place(World.offer, on: id, third, world)
      // A bidder that names another without asking harms itself alone.
      let seal = try #require(try await world.market.seal(of: id))
      var forged = World.offer
      forged["cost_percent"] = .integer(60)
      forged["ip_terms"] = .text("示例")
      forged["members"] = .json(
        Array(
          #"[{"organisation":"\#(third.id)","role":"research","cost_percent":40,"consent":"0.AAAA"}]"#.utf8))
      let both = try BidContent(forged, by: second.id).sealed(under: seal.keys, on: id)
      let sabotage = try await OpeningTests.place(
        Input(["technical": .text(Base64.encode(both.technical)), "financial": .text(Base64.encode(both.financial))]),
        on: id, second, world)
      try await world.advance(days: 30)
      try await world.open(of: id)
      func fault(_ bid: SealedBid, _ party: World.Party) async throws -> String? {
        try await world.market.sealedBid(bid.receipt.bid, for: party.caller).fault
      }
      #expect(try await fault(one, world.university) == "consortium_overlap")
      #expect(try await fault(two, world.rival) == "consortium_overlap")
      #expect(try await fault(sabotage, second) == "consortium_consent")
      #expect(try await fault(free, third) == nil)
      let opened = try await world.market.find(id, for: .anonymous)
      #expect(opened.bidsReceived == 4 && opened.terms.validBids == 1)
    }
  }

  @Test func a_challenge_that_asks_for_one_and_x_and_y_takes_nothing_less() async throws {
    try await World.with { world in
      let id = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let partner = try await party("示例企业乙", "enterprise", world)
      try await world.place(
        """
        UPDATE challenges SET consortium_lead = 'university', consortium_universities = 1, consortium_enterprises = 1
        WHERE id = \(id)
        """)
      func code(_ offer: Input, _ lead: World.Party) async throws -> [String] {
        try await refusal { _ = try await OpeningTests.place(offer, on: id, lead, world) }.issues.map(\.code)
      }
      #expect(try await code(World.offer, world.university) == ["consortium_composition"], "nobody bids alone")
      let firms = try await joint([(partner, 40)], share: 60, on: id, world)
      #expect(try await code(firms, world.university) == ["consortium_composition"])
      let led = try await joint([(world.university, 30), (world.rival, 10)], share: 60, on: id, lead: partner, world)
      #expect(try await code(led, partner) == ["consortium_composition"], "not for an enterprise to lead")
      let whole = try await joint([(world.rival, 30), (partner, 10)], share: 60, on: id, world)
      #expect(try await OpeningTests.place(whole, on: id, world.university, world).status == .sealed)
    }
  }

  @Test func a_bidder_alone_is_told_in_time_that_its_bid_is_under_older_terms() async throws {
    try await World.with { world in
      let id = try await world.challenge(.published, hasClosed: false, withBid: false).id, me = world.university
      let bid = try await OpeningTests.place(World.offer, on: id, me, world).receipt.bid
      #expect(try await !world.market.sealedBid(bid, for: me.caller).mustBeMadeAnew)
      try await world.move(
        id, .amend, .object(["indicators": .array([.string("示例指标")]), "rationale": .string("示例")]),
        as: world.enterprise.caller)
      let before = try await world.fingerprint()
      let stale = try await world.market.sealedBids(for: me.caller, page: PageRequest()).items[0]
      #expect(stale.mustBeMadeAnew && stale.termsVersion == 1 && stale.challengeTermsVersion == 2)
      #expect(try await world.fingerprint() == before, "being told leaves no trace")
      let anew = try await world.market.work(as: me.caller) { work in
        try await work.replaceBid(bid, World.offer, version: nil)
      }
      #expect(!anew.mustBeMadeAnew && anew.termsVersion == 2)
    }
  }

  @Test func ids_are_spelled_in_the_database_as_they_are_outside_it() async throws {
    try await TestDatabase.with { database in
      let ids = (0..<50).map { _ in ID<Bid>(bits: .random(in: 0 ... .max)) } + [ID(bits: 0), ID(bits: .max)]
      let rows = try await database.query("SELECT ulid(id) FROM unnest(\(ids)) WITH ORDINALITY i (id, n) ORDER BY n")
      #expect(try rows.map { "bid_" + (try $0.get(0, as: String.self)) } == ids.map(\.text))
    }
  }

  private func party(_ name: String, _ kind: String, _ world: World) async throws -> World.Party {
    try await world.market.work(as: .system) { work in
      let id = try await work.organisationNamed(name, kind: kind, region: "450300", origin: "constructed")
      let role: Role = kind == "enterprise" ? .enterprise : .university
      let (token, secret) = try await work.issueToken(for: id, role: role, label: "test")
      return World.Party(id: id, caller: Caller(organisation: id, token: token.id, role: role), secret: secret)
    }
  }

  /// A joint bid whose members have consented.
  private func joint(
    _ members: [(World.Party, Int)], share: Int, on id: ID<Challenge>, lead: World.Party? = nil, _ world: World
  ) async throws -> Input {
    let lead = lead ?? world.university
    var rows: [JSONValue] = []
    for (member, percent) in members {
      let consent = try await world.market.consent(
        to: Input(["lead": .reference(lead.id.bits), "cost_percent": .integer(Int64(percent))]), on: id,
        as: member.caller)
      rows.append(
        .object([
          "consent": .string(consent.text), "organisation": .string(member.id.text), "role": .string("research"),
          "cost_percent": .number(Double(percent)), "tasks": .string("示例任务"),
        ]))
    }
    var offer = World.offer
    offer["members"] = .json(JSONValue.array(rows).canonical)
    offer["cost_percent"] = .integer(Int64(share))
    offer["ip_terms"] = .text("示例:按贡献分享")
    return offer
  }

  private func records(_ offer: Input) throws -> [JSONValue] {
    JSONValue.parse(offer.records("members") ?? [])?.array ?? []
  }
}
