import Postgres

/// The account that a claim is paid to, unmasked, for a purpose that is written down (个人信息保护法 § 6; 数据安全法 § 27).
public struct ClaimAccount: Sendable {
  public let name: String
  public let bank: String
  public let number: String

  public static let inputs: [InputField] = [InputField("purpose", .text(max: 300), Phrase("查看目的", "what it is for"))]
  public static let shown: [InputField] = [
    InputField("account_name", .text(max: 120), Phrase("户名", "name of the account")),
    InputField("account_bank", .text(max: 120), Phrase("开户银行", "bank")),
    InputField("account_number", .text(max: 30), Phrase("银行账号", "account")),
  ]

  public func write(into json: inout JSONWriter) {
    json.object { json in
      json.string("account_name", name)
      json.string("account_bank", bank)
      json.string("account_number", number)
    }
  }
}

extension Work {
  /// Shows the account to the claimant, or to who is to pay; who asked, when and why is in the log.
  /// - Throws: `forbidden` to everybody else; `tooMany` past the rulebook's number an hour.
  public func revealAccount(of id: ID<Claim>, _ input: Input) async throws -> ClaimAccount {
    let (claim, _) = try await lock(id)
    let standing = claim.standing(of: caller)
    let pays = !standing.isDisjoint(with: [.operator, .supervisor]) && claim.state == .approved
    guard standing.contains(.applicant) || pays else {
      throw Refusal.forbidden(needs: [Actor.applicant, .operator, .supervisor].map(\.rawValue))
    }
    try await expectFewReveals()
    try await note(about: claim, Reveal.account, audience: [claim.organisation]) {
      input.write(ClaimAccount.inputs, into: &$0)
    }
    guard
      let row = try await tx.query("SELECT account_name, account_bank, account_number FROM claims WHERE id = \(id)")
        .first
    else { throw Refusal.notFound(Claim.noun) }
    return ClaimAccount(name: try row.get(0), bank: try row.get(1), number: try row.get(2))
  }
}
