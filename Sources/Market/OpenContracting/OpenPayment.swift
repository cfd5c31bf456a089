import Postgres

/// Public money that was paid on a project, or that came back, as releases name it. No account and no bank reference.
struct OpenPayment: Sendable {
  let challenge: ID<Challenge>
  let bid: ID<Bid>
  let deal: ID<Deal>
  let id: String
  let date: CivilDate
  let amount: Money
  let payer: OpenParty
  let payee: OpenParty
  /// What either of them is in the process: a later list of roles replaces an earlier one, so it says them all.
  let roles: [String: [String]]

  /// What a claim's last move brought about; nil where its contract came out of no challenge.
  static func read(_ claim: Claim, _ work: Work) async throws -> OpenPayment? {
    guard let project = claim.project, let amount = claim.amount, let date = claim.recoveredOn ?? claim.paidOn,
      let row = try await work.tx.query("SELECT challenge, bid, deal, poster FROM projects WHERE id = \(project)").first
    else { return nil }
    let parties = try await OpenParty.read([claim.terms.bureau, claim.organisation], work)
    guard let bureau = parties.first(where: { $0.organisation == claim.terms.bureau }),
      let claimant = parties.first(where: { $0.organisation == claim.organisation })
    else { return nil }
    let isBack = claim.state == .recovered
    let own = try row.get(3) == claim.organisation ? ["buyer", "funder"] : ["tenderer", "supplier"]
    return OpenPayment(
      challenge: try row.get(0), bid: try row.get(1), deal: try row.get(2),
      id: isBack ? "\(claim.id)-recovery" : claim.id.text, date: date, amount: amount,
      payer: isBack ? claimant : bureau, payee: isBack ? bureau : claimant,
      roles: [bureau.id: ["funder", "payer"], claimant.id: own + ["payee"]])
  }
}

extension Sections {
  static func payment(_ payment: OpenPayment, _ place: Release.Place) -> Members {
    let transaction: JSONValue = .object([
      "id": .string(payment.id), "date": .string(payment.date.start.text), "value": value(payment.amount),
      "payer": payment.payer.reference, "payee": payment.payee.reference,
    ])
    var members = implementation(["transactions": .array([transaction])], payment.deal, payment.bid, place)
    members["parties"] = .array([payment.payer, payment.payee].map { $0.party(payment.roles[$0.id] ?? []) })
    return members
  }
}
