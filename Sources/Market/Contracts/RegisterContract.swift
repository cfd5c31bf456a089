import Postgres

extension Effect<Contract> {
  /// Registration counts: an entry in the turnover ledger on the day of registration, and the deal is registered with it.
  static let register = Effect(
    set: { _, moment in
      guard let number = moment.input.text("contract_no"), [14, 16].contains(number.utf8.count),
        number.utf8.allSatisfy({ (48...57).contains($0) })
      else {
        throw Refusal.invalid([
          Issue(pointer: "/contract_no", code: "bad_form", detail: Phrase("登记编号为 14 或 16 位数字", "14 or 16 digits"))
        ])
      }
      return
        "contract_no = \(number), registered_by = \(moment.caller.organisation), registered_at = \(moment.now), due_at = NULL"
    },
    then: { contract, moment, work in
      try await work.book(contract, entry: "registration", sign: 1, on: moment.now.dateInShanghai)
      try await work.asSystem.move(contract.deal, .register, version: nil)
    })

  /// Cancellation takes the same amounts away, in the period in which it is booked; what was reported stays as reported.
  static let cancel = Effect(
    set: { _, moment in "reason = \(moment.input.text("reason"))" },
    then: { contract, moment, work in
      try await work.book(contract, entry: "cancellation", sign: -1, on: moment.now.dateInShanghai)
      try await work.asSystem.move(contract.deal, .unregister, version: nil)
    })
}

extension Work {
  fileprivate func book(_ contract: Contract, entry: String, sign: Int64, on date: CivilDate) async throws {
    _ = try await tx.execute(
      """
      INSERT INTO turnover_entries (contract, entry, booked_on, contract_type, technology_field, seller_region, buyer_region,
        contracts, total_amount, technical_amount)
      VALUES (\(contract.id), \(entry), \(date), \(contract.contractType), \(contract.technologyField), \(contract.sellerRegion),
        \(contract.buyerRegion), \(Int16(sign)), \(sign * contract.totalAmount.fen), \(sign * contract.technicalAmount.fen))
      """)
  }

  /// Draws up the contract of a signed deal. Parties, their regions and the date are the deal's.
  public func drawUpContract(_ input: Input) async throws -> Contract {
    guard let id: ID<Deal> = input.id("deal") else { throw Refusal.notFound(Deal.noun) }
    let (deal, _) = try await lock(id)
    guard deal.standing(of: caller).contains(.seller) else { throw Refusal.forbidden(needs: [Actor.seller.rawValue]) }
    guard let signedOn = deal.signedOn, deal.state == .signed else {
      throw Refusal.conflict(code: "deal_not_signed", detail: Phrase("交易尚未签订", "the deal has not been signed"))
    }
    let regions = try await tx.query(
      "SELECT s.region, b.region FROM organisations s, organisations b WHERE s.id = \(deal.seller) AND b.id = \(deal.buyer)"
    )
    guard let row = regions.first else { throw Refusal.notFound(Deal.noun) }
    guard input.money("total_amount") == deal.totalAmount else {
      throw Refusal.invalid([
        Issue(
          pointer: "/total_amount", code: "not_the_deal",
          detail: Phrase(
            "合同成交总额应与交易一致:\(deal.totalAmount.yuan) 元", "must be the deal's total: \(deal.totalAmount.yuan)"))
      ])
    }
    return try await create(
      Contract.self, input,
      own: [
        ("seller", .reference(deal.seller.bits)), ("buyer", .reference(deal.buyer.bits)),
        ("signed_on", .date(signedOn)),
        ("seller_region", .text(try row.get(0))), ("buyer_region", .text(try row.get(1))),
      ], audience: [deal.seller, deal.buyer])
  }
}
