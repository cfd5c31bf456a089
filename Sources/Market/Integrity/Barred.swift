import Postgres

extension Work {
  /// An operator puts an organisation forward for a record; a supervisor decides about it.
  public func proposeIntegrityRecord(_ input: Input) async throws -> IntegrityRecord {
    guard caller.standing(parties: [input.id("organisation")].compactMap(\.self)).contains(.operator) else {
      throw Refusal.forbidden(needs: [Actor.operator.rawValue])
    }
    return try await create(IntegrityRecord.self, input, own: [])
  }

  /// What the platform puts forward by itself when a project or a payment ended in fraud.
  @discardableResult
  func proposeIntegrityRecord(
    of organisation: ID<Organisation>, ground: String, facts: String, project: ID<Project>? = nil
  ) async throws -> IntegrityRecord {
    try await create(
      IntegrityRecord.self,
      Input([
        "organisation": .reference(organisation.bits), "ground": .text(ground), "facts": .text(facts),
        "project": project.map { .reference($0.bits) } ?? .null,
      ]), own: [])
  }

  /// - Throws: `blocked` with `integrity` when whoever bid, or bid along, has a record in force.
  func expectIntegrity(ofBids bids: [ID<Bid>]) async throws {
    let parties = try await tx.query(
      """
      SELECT organisation FROM bids WHERE id = ANY(\(bids))
      UNION SELECT organisation FROM bid_members WHERE bid = ANY(\(bids))
      """
    ).map { row throws(DecodingFailure) in try row.get(0, as: ID<Organisation>.self) }
    try await expectIntegrity(of: parties)
  }

  /// - Throws: `blocked` with `integrity` when one of them has a record in force.
  func expectIntegrity(of organisations: [ID<Organisation>]) async throws {
    guard let name = try await barred(among: organisations) else { return }
    throw Refusal.blocked([
      Issue(code: "integrity", detail: Phrase("“\(name)”有生效中的失信记录", "\(name) has an integrity record in force"))
    ])
  }

  /// The name of one of them that has a record in force.
  func barred(among organisations: [ID<Organisation>]) async throws -> String? {
    try await tx.query(
      "SELECT name FROM organisations WHERE id = ANY(\(organisations)) AND is_barred(id) ORDER BY name LIMIT 1"
    ).first?.get(0)
  }
}
