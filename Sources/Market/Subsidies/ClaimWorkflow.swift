import Postgres

extension Claim {
  public static let workflow = Workflow<Claim>(
    .on(.eligible, do: .edit, by: .applicant),
    .on(
      .eligible, do: .apply, to: .applied, by: .applicant,
      if: [.programmeIsOpen, .paymentsAreProven, .accountIsTheirs] + Guard.isOwed, then: .apply),
    .on(
      .applied, do: .exclude, by: .operator, .supervisor, needs: [.outlay, .reason], if: [.isHandler], then: .exclude),
    // 双人核验: the last of the persons that the rule asks for finds the amount; an invoice left out makes it begin again.
    .on(
      .applied, do: .verify, to: .verified, by: .operator, .supervisor,
      if: [.isHandler, .isAnotherVerifier, .isLastVerifier] + Guard.isOwed, then: .compute),
    .on(
      .applied, do: .verify, by: .operator, .supervisor,
      if: [.isHandler, .isAnotherVerifier, .othersFollow] + Guard.isOwed, then: .countVerifier),
    .on(
      .applied, .verified, do: .sendBack, to: .eligible, by: .operator, .supervisor, needs: [.reason], if: [.isHandler],
      then: .beginAgain),
    .on(.verified, do: .notice, to: .onNotice, by: .operator, needs: [.noticeDays], then: .beginSubsidyNotice),
    .on(.onNotice, do: .reopen, to: .applied, by: .operator, .system, needs: [.reason], then: .takeOffNotice),
    .on(.approved, do: .reopen, to: .applied, by: .system, needs: [.reason], then: .takeOffNotice),
    .on(
      .onNotice, do: .approve, to: .approved, by: .supervisor, if: Guard.noticeIsClean + [.isOurMoney] + Guard.isOwed,
      apartFrom: .verify, then: .approve),
    .on(
      .approved, do: .pay, to: .paid, by: .operator, .supervisor, needs: [.paymentReference, .paidOn, .payee],
      if: [.isHandler, .accountIsTheirs, .payeeIsClaimant, .isNotInFuture] + Guard.isOwed, apartFrom: .approve,
      then: .pay),
    .on(
      .paid, do: .audit, to: .audited, by: .supervisor, needs: [.conclusion], if: [.isOurMoney], apartFrom: .pay,
      then: .keepConclusion),
    .on(
      .paid, .audited, do: .reclaim, to: .recovering, by: .supervisor, needs: [.reclaimGround, .reason],
      if: [.isOurMoney],
      then: .reclaim),
    // What is asked back is not there to be given again before it has come back.
    .on(
      .recovering, do: .recover, to: .recovered, by: .operator, .supervisor, needs: [.recoveryReference, .recoveredOn],
      if: [.isHandler, .isNotInFuture], then: .recover),
    .on(
      .applied, .verified, .approved, do: .refuse, to: .refused, by: .supervisor, needs: [.reason], if: [.isOurMoney],
      then: .fallAway),
    .on(
      .eligible, .applied, .verified, .onNotice, .approved, do: .withdraw, to: .withdrawn, by: .applicant,
      needs: [.reason], then: .fallAway)
  )
}

extension InputField {
  static let outlay = InputField("outlay", .reference(Outlay.idPrefix), Phrase("不予认可的投入凭证", "the invoice to leave out"))
  static let paymentReference = InputField(
    "payment_reference", .text(max: 60), Phrase("付款流水号", "payment reference"))
  static let paidOn = InputField("paid_on", .date, Phrase("拨付日期", "paid on"))
  static let payee = InputField("payee", .text(max: 120), Phrase("实际收款户名", "the name of the account that was paid"))
  static let conclusion = InputField("conclusion", .text(max: 1000), Phrase("审计结论", "what the audit found"))
  static let reclaimGround = InputField("ground", .code(Claim.grounds), Phrase("追回原因", "why it is asked back"))
  static let recoveryReference = InputField(
    "recovery_reference", .text(max: 60), Phrase("退款流水号", "reference of the repayment"))
  static let recoveredOn = InputField("recovered_on", .date, Phrase("追回日期", "recovered on"))
}

extension Guard<Claim> {
  static let programmeIsOpen = Guard("programme_closed", "计划项目不在受理期内", "the programme does not take claims now") {
    claim, _ in claim.terms.state == .open
  }
  static let paymentsAreProven = Guard(
    "payments_missing", "尚无可计入的付款凭证(关联交易不计)", "no payment is proven, those to related parties apart"
  ) { claim, _ in claim.spending.free > 0 }

  /// 户名 and 单位名称 are one: nobody is paid in another's name.
  static let accountIsTheirs = Guard(
    "account_not_theirs", "收款户名须与单位名称一致,并填写开户银行和账号", "the account is in the claimant's own name, with bank and number"
  ) { claim, _ in
    claim.isNamed(claim.accountName) && !claim.accountBank.isEmpty && !claim.accountEnd.isEmpty
  }
  static let payeeIsClaimant = Guard(
    "wrong_payee", "实际收款户名与申请单位名称不一致", "the account that was paid is not in the claimant's name", readsInput: true
  ) { claim, moment in claim.isNamed(moment.input.text("payee") ?? "") }

  static let isNotInFuture = Guard("in_future", "日期在今天之后", "the date lies in the future", readsInput: true) {
    _, moment in
    let date = moment.input.date("paid_on") ?? moment.input.date("recovered_on")
    return date.map { $0 <= moment.now.dateInShanghai } ?? false
  }

  /// The platform's operators deal with every claim, a bureau's people with those on its own money.
  static let isHandler = Guard("not_yours", "只有平台和主管部门可以办理", "only the platform and the bureau may") { claim, moment in
    moment.caller.role == .operator || claim.terms.bureau == moment.caller.organisation
  }
  static let isOurMoney = Guard("not_yours", "只有主管部门可以办理", "only the bureau whose money it is may") { claim, moment in
    claim.terms.bureau == moment.caller.organisation
  }

  static let isAnotherVerifier = Guard(Claim.fourEyes.code, Claim.fourEyes.detail.zh, Claim.fourEyes.detail.en) {
    claim, moment in
    moment.caller.anyone.map { !claim.verifiers.contains($0) } ?? false
  }
  static let isLastVerifier = Guard("verifiers_missing", "尚须他人先核验", "others verify it first") { claim, moment in
    claim.verifiersNeeded(moment).map { claim.verifiers.count + 1 >= $0 } ?? false
  }
  static let othersFollow = Guard("last_verifier", "核验人数已足", "enough persons have verified it") { claim, moment in
    claim.verifiersNeeded(moment).map { claim.verifiers.count + 1 < $0 } ?? false
  }

  /// What has to be true of the contract and of the work whenever a claim goes a step on, and on the day on which it is paid.
  static let isOwed: [Guard] = [
    Organisation.verified { (claim: Claim) in claim.isVerified },
    Guard("contract_not_registered", "技术合同未登记或已撤销登记", "the contract is not registered") { claim, _ in
      claim.basis.contract == .registered
    },
    Guard(
      "basis_missing", "里程碑或验收尚未通过,或项目已终止", "the milestone or the acceptance has not passed, or the project has ended"
    ) {
      claim, _ in claim.basisHolds
    },
  ]
}

extension Claim {
  fileprivate func isNamed(_ name: String) -> Bool {
    func plain(_ text: String) -> String {
      text.trimmed.replacing("\u{FF08}", with: "(").replacing("\u{FF09}", with: ")")
    }
    return !name.isEmpty && plain(name) == plain(organisationName)
  }

  fileprivate func verifiersNeeded(_ moment: Moment) -> Int? {
    (try? moment.rules.rule(.subsidyVerifiers, region: terms.region, on: moment.now.dateInShanghai)).map {
      Int($0.value)
    }
  }

  /// A claim before the work asks for a contract in hand, one by stage for its milestone, one afterwards for the acceptance; where
  /// the contract came out of no challenge, its buyer's taking over stands for the acceptance.
  fileprivate var basisHolds: Bool {
    guard let project = basis.project else {
      return basis.deal == .completed || (mode == "pre" && (basis.deal == .signed || basis.deal == .registered))
    }
    return switch mode {
    case "pre": [.contracted, .executing, .acceptance, .completed].contains(project)
    case "stage": basis.milestone == .passed && ![.failed, .terminated, .forfeited].contains(project)
    default: project == .completed
    }
  }
}

extension Caller {
  /// Who this is where two must be two: a person under every membership, a token without one only itself.
  var anyone: ID<Anyone>? { (person?.bits ?? token?.bits).map { ID(bits: $0) } }
}
