import Postgres

extension Work {
  /// Records what the caller's organisation has spent on its own challenge, on a project of it, or on a deal of its own.
  public func recordOutlay(_ input: Input) async throws -> Outlay {
    guard let organisation = caller.organisation, caller.acts(for: organisation) else {
      throw Refusal.forbidden(needs: [Role.university.rawValue, Role.enterprise.rawValue])
    }
    let challenge: ID<Challenge>? = input.id("challenge"), deal: ID<Deal>? = input.id("deal")
    let own = try await tx.query(
      """
      SELECT FROM challenges WHERE id = \(challenge) AND organisation = \(organisation)
      UNION ALL SELECT FROM projects WHERE challenge = \(challenge) AND solver = \(organisation)
      UNION ALL SELECT FROM deals WHERE id = \(deal) AND \(organisation) IN (seller, buyer)
      """)
    guard !own.isEmpty || (challenge == nil && deal == nil) else {
      throw Refusal.invalid([
        Issue(
          pointer: challenge == nil ? "/deal" : "/challenge", code: "not_yours",
          detail: Phrase("不是本单位的题目、承担的项目或交易", "not a challenge, a project or a deal of yours"))
      ])
    }
    let today = try await market.today()
    let late = ["issued_on", "paid_on"].filter { name in input.date(name).map { $0 > today } ?? false }
    guard late.isEmpty else {
      throw Refusal.invalid(
        late.map {
          Issue(pointer: "/\($0)", code: "in_future", detail: Phrase("日期在今天之后", "lies in the future"))
        })
    }
    return try await create(Outlay.self, input, own: [("organisation", .reference(organisation.bits))])
  }
}
