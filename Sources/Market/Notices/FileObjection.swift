import Postgres

extension Work {
  /// Objects to a notice. Whether it came in time is decided by the trigger that stamps it.
  public func fileObjection(to id: ID<Notice>, _ input: Input) async throws -> Objection {
    guard let organisation = caller.organisation, caller.acts(for: organisation) else {
      throw Refusal.forbidden(needs: [Role.university.rawValue, Role.enterprise.rawValue])
    }
    let notice = try await market.find(id, for: caller)
    let filed = try await create(
      Objection.self, input,
      own: [
        ("notice", .reference(notice.id.bits)), ("organisation", .reference(organisation.bits)),
        ("received_at", .instant(Instant(microseconds: 0))),
      ])
    let due = try market.rulebook.end(of: .objectionAcceptance, from: filed.receivedAt, region: filed.region)
    _ = try await tx.execute("UPDATE objections SET due_at = \(due) WHERE id = \(filed.id)")
    return try await lock(filed.id).object
  }
}

extension Objection {
  /// How objections are dealt with, in a sentence of the notice.
  static func handling(_ rules: Rulebook, region: String, on date: CivilDate) throws -> String {
    func phrase(_ key: RuleKey) throws -> String { try rules.period(key, region: region, on: date).phrase.zh }
    return "收到异议后 \(try phrase(.objectionAcceptance))内决定是否受理,受理后公示暂停,\(try phrase(.objectionDecision))内作出决定,"
      + "情况复杂的可延长 \(try phrase(.objectionExtension));对决定不服的,可在 \(try phrase(.objectionAppeal))内申请复核;异议人身份保密"
  }
}

extension Market {
  /// The objections to one notice that this caller may know of.
  public func objections(to notice: ID<Notice>, for caller: Caller, filters: [String: String], page: PageRequest)
    async throws -> Page<Objection>
  {
    try await list(Objection.self, for: caller, filters: filters, page: page, extra: "t.notice = \(notice)")
  }
}
