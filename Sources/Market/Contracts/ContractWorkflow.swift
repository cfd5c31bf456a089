import Postgres

extension Contract {
  public static let workflow = Workflow<Contract>(
    .on(.draft, .supplement, do: .edit, by: .seller),
    .on(.draft, do: .selfCheck, to: .selfChecked, by: .seller, if: [.isInForce]),
    .on(.selfChecked, do: .edit, to: .selfChecked, by: .seller),
    .on(.selfChecked, do: .file, to: .filed, by: .seller),
    .on(.filed, do: .accept, to: .accepted, by: .registry, then: .startClock),
    .on(.accepted, do: .askSupplement, to: .supplement, by: .registry, needs: [.reason], then: .stopClock),
    .on(.supplement, do: .resubmit, to: .accepted, by: .seller, then: .startClock),
    .on(.accepted, do: .register, to: .registered, by: .registry, needs: [.contractNo], then: .register),
    .on(.accepted, do: .refuse, to: .notRegistered, by: .registry, needs: [.reason], then: .reason),
    .on(.registered, do: .cancel, to: .cancelled, by: .registry, needs: [.reason], then: .cancel)
  )
}

extension InputField {
  static let contractNo = InputField(
    "contract_no", .text(max: 16), Phrase("登记编号(14 或 16 位数字)", "registration number, 14 or 16 digits"))
}

extension Guard<Contract> {
  /// An expired contract is not registered any more: the filing is made while it is in force.
  static let isInForce = Guard("not_in_force", "合同已过有效期", "the contract's term is over") { contract, moment in
    moment.now < contract.validTo.end
  }
}

extension Effect<Contract> {
  /// The registry's time begins, and begins anew when what was missing has come; large contracts have longer.
  static let startClock = Effect(set: { contract, moment in
    let today = moment.now.dateInShanghai, region = contract.sellerRegion
    let large = try moment.rules.rule(.largeThreshold, region: region, on: today).value
    let key: RuleKey = contract.technicalAmount.fen >= large ? .registrationLarge : .registration
    return "due_at = \(try moment.rules.end(of: key, from: moment.now, region: region))"
  })

  static let stopClock = Effect(set: { _, moment in "due_at = NULL, reason = \(moment.input.text("reason"))" })
}
