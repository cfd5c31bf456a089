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

  /// - Throws: `blocked` with `integrity` when one of them has a record in force.
  func expectIntegrity(of organisations: [ID<Organisation>]) async throws {
    let rows = try await tx.query(
      "SELECT name FROM organisations WHERE id = ANY(\(organisations)) AND is_barred(id) ORDER BY name")
    guard let name = try rows.first?.get(0, as: String.self) else { return }
    throw Refusal.blocked([Refusal.barred(name)])
  }

  func isBarred(_ organisation: ID<Organisation>) async throws -> Bool {
    try await tx.query("SELECT is_barred(\(organisation))").first?.get(0) ?? false
  }
}

extension Refusal {
  static func barred(_ name: String) -> Issue {
    Issue(
      code: "integrity", detail: Phrase("“\(name)”有生效中的失信记录", "\(name) has an integrity record in force"))
  }
}
