import MatchEngine
import Postgres

/// An organisation whose published achievements could answer a challenge, with the best of them and why.
public struct ProposedSolver: Sendable {
  public let organisation: ID<Organisation>
  public let name: String
  public let kind: String
  public let region: String
  /// Best first; never empty.
  public internal(set) var achievements: [Ranked<Achievement>]
  /// How its invitation stands; nil when it was not invited.
  public internal(set) var invitation: (id: ID<ChallengeInvitation>, state: String)?

  /// How many achievements are named to each.
  static let named = 3

  /// What an invitation keeps of the best of them: JSON.
  var kept: [UInt8]? {
    achievements.first.map { best in
      var json = JSONWriter()
      json.object { json in
        json.string("achievement", best.object.id.text)
        json.string("title", best.object.title)
        json.double("score", best.score)
        json.reasons(best.reasons)
      }
      return json.bytes
    }
  }

  public func write(into json: inout JSONWriter) {
    json.object { json in
      json.string("organisation", organisation.text)
      json.string("organisation_name", name)
      json.string("kind", kind)
      json.string("region", region)
      json.double("score", achievements.first?.score ?? 0)
      json.array("achievements") { json in
        for hit in achievements {
          json.object { json in
            json.string("id", hit.object.id.text)
            json.string("title", hit.object.title)
            json.double("score", hit.score)
            json.reasons(hit.reasons)
          }
        }
      }
      json.string("invitation", invitation?.id.text)
      json.string("invitation_status", invitation?.state)
    }
  }
}

extension JSONWriter {
  /// The member `reasons`: what a broker would say.
  mutating func reasons(_ reasons: [MatchReason]) {
    array("reasons") { json in for reason in reasons { json.reason(reason) } }
  }

  mutating func reason(_ reason: MatchReason) {
    object { json in
      json.string("code", reason.code)
      json.bool("against", reason.isAgainst)
      json.bool("remedy", reason.isRemedy)
      json.string("text", reason.chinese)
    }
  }
}

extension Matcher {
  /// Who could solve a challenge, by what they have published, best first: for its poster and the platform, to invite from. The
  /// poster's own achievements are no proposal.
  public func solvers(for challenge: ID<Challenge>, as caller: Caller, limit: Int) async throws -> [ProposedSolver] {
    let challenge = try await market.find(challenge, for: caller)
    try caller.expectInviter(to: challenge)
    var found = try await solvers(for: challenge, depth: limit * ProposedSolver.named)
    found = Array(found.prefix(limit))
    let rows = try await market.database.query(
      """
      SELECT id, organisation, status FROM challenge_invitations
      WHERE challenge = \(challenge.id) AND organisation = ANY(\(found.map(\.organisation)))
      """)
    for row in rows {
      let invited: ID<Organisation> = try row.get(1)
      guard let place = found.firstIndex(where: { $0.organisation == invited }) else { continue }
      found[place].invitation = (try row.get(0), try row.get(2))
    }
    return found
  }

  /// What speaks for one organisation; nil when the ranking, as far down as it is looked through, does not name it.
  public func solver(_ organisation: ID<Organisation>, for challenge: ID<Challenge>, as caller: Caller) async throws
    -> ProposedSolver?
  {
    let challenge = try await market.find(challenge, for: caller)
    return try await solvers(for: challenge, depth: 200).first { $0.organisation == organisation }
  }

  private func solvers(for challenge: Challenge, depth: Int) async throws -> [ProposedSolver] {
    var found: [ProposedSolver] = []
    for hit in try await achievements(for: challenge, limit: depth)
    where hit.object.organisation != challenge.organisation {
      let owner = hit.object.organisation
      if let place = found.firstIndex(where: { $0.organisation == owner }) {
        if found[place].achievements.count < ProposedSolver.named { found[place].achievements.append(hit) }
      } else {
        found.append(
          ProposedSolver(
            organisation: owner, name: hit.object.organisationName, kind: hit.object.organisationKind,
            region: hit.object.region, achievements: [hit]))
      }
    }
    return found
  }
}
