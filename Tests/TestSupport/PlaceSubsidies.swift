import Market
import Postgres

/// Public money, put into the tables as it is.
extension World {
  /// One more token of an organisation: somebody else, where two are needed.
  public func another(_ role: Role, in party: Party) async throws -> Party {
    let (token, secret) = try await market.work(as: .system) { work in
      try await work.issueToken(for: party.id, role: role, label: "示例")
    }
    return Party(
      id: party.id, caller: Caller(organisation: party.id, token: token.id, role: role), secret: secret)
  }

  /// A programme of the department in a state, open for twenty days more unless told.
  /// - Parameter budget: in fen, like every amount here.
  public func programme(
    _ state: Programme.State = .open, budget: Int64 = 1_000_000_00, cap: Int64 = 500_000_00, rate: Int = 20,
    reserved: Int64 = 0, paid: Int64 = 0, isOver: Bool = false
  ) async throws -> ID<Programme> {
    let id = ID<Programme>(), isDraft = state == .draft, isWaiting = state == .announced
    try await place(
      """
      INSERT INTO programmes (id, organisation, status, rulebook, name, year, region, modes, rate, cap, opens_on, closes_on, opens_at,
        closes_at, budget, reserved, paid, origin)
      VALUES (\(id), \(supervisor.id), \(state.rawValue), 1, \("示例计划 \(id)"), 2026, '450300', '{pre,stage,post}', \(Int64(rate)), \(cap),
        market_today(), market_today() + 20,
        CASE WHEN NOT \(isDraft) THEN market_now() + \(isWaiting && !isOver ? "1 day" : "-1 day")::interval END,
        CASE WHEN NOT \(isDraft) THEN market_now() + \(!isWaiting && isOver ? "-1 hour" : "20 days")::interval END,
        \(budget), \(reserved), \(paid), 'constructed')
      """)
    return id
  }

  /// The registered contract of a deal between the university and the enterprise that the buyer has taken over.
  public func takenOver(amount: Int64 = 10_000_000_00) async throws -> (contract: ID<Contract>, deal: ID<Deal>) {
    let id = ID<Contract>()
    let contract = try await contract(.registered, name: "示例合同 \(id)", amount: amount)
    try await place(
      "UPDATE deals SET status = 'completed' WHERE id = (SELECT deal FROM contracts WHERE id = \(contract))")
    return (contract, try await market.find(contract, for: .system).deal)
  }

  /// Something that one of the parties has spent on a deal, in a state.
  public func outlay(
    _ state: Outlay.State = .recorded, of party: Party? = nil, on deal: ID<Deal>? = nil, amount: Int64 = 1_000_000_00,
    invoice: String? = nil, relation: String = "none", id: ID<Outlay> = ID()
  ) async throws -> ID<Outlay> {
    let invoice = invoice ?? String(UInt64.random(in: 10_000_000_000_000_000_000 ... .max))
    let on = if let deal { deal } else { try await self.deal(.registered) }
    try await place(
      """
      INSERT INTO outlays (id, organisation, status, rulebook, deal, category, invoice_no, issuer_code, issuer_name, issued_on, paid_on,
        amount, receipt_no, file_hash, relation, origin)
      VALUES (\(id), \((party ?? university).id), \(state.rawValue), 1, \(on), 'equipment', \(invoice), '91110000600037341L',
        '示例供应商', market_today() - 30, market_today() - 20, \(amount), '示例回单 001', \("sha256:" + String(repeating: "0", count: 64)),
        \(relation), 'constructed')
      """)
    return id
  }

  /// Digits that no answer, event, export or log may ever show.
  public static let account = "6222021234567894321"

  /// A claim of the university in a state, complete enough for every move: one invoice of ten thousand yuan a hundred times over, one
  /// person who has verified it already, and the money that its state means.
  public func claim(
    _ state: Claim.State, of programme: ID<Programme>? = nil, contract: ID<Contract>? = nil, amount: Int64 = 200_000_00,
    outlay: ID<Outlay> = ID(), spent: Int64 = 1_000_000_00, invoice: String? = nil, verifiedBy: ID<Token>? = nil,
    notice: Notice.State = .closedClean, party: Party? = nil
  ) async throws -> ID<Claim> {
    let id = ID<Claim>(), party = party ?? university
    let isHeld = state == .approved, isPaid = [.paid, .audited, .recovering, .recovered].contains(state)
    let isBack = state == .recovering || state == .recovered
    let hasAmount = isHeld || isPaid || state == .verified || state == .onNotice
    let fund: ID<Programme>
    if let programme {
      fund = programme
    } else {
      fund = try await self.programme(reserved: isHeld ? amount : 0, paid: isPaid ? amount : 0)
    }
    let on: ID<Contract>
    if let contract { on = contract } else { on = try await takenOver().contract }
    let deal = try await market.find(on, for: .system).deal
    let cited = try await self.outlay(of: party, on: deal, amount: spent, invoice: invoice, id: outlay)
    let linked =
      [.onNotice, .approved, .paid, .audited, .recovering, .recovered].contains(state)
      ? try await self.notice(
        state == .onNotice ? notice : .closedClean, kind: "subsidy", before: (Claim.kind, id.bits), parties: [party.id])
      : nil
    try await place(
      """
      INSERT INTO claims (id, organisation, counterparty, status, rulebook, programme, mode, contract, deal, title, account_name, account_bank,
        account_number, applied_at, due_at, verifiers, amount, sheet, notice, payment_reference, paid_on, conclusion, ground,
        recovery_reference, recovered_on, origin)
      SELECT \(id), \(party.id), CASE WHEN k.seller = \(party.id) THEN k.buyer ELSE k.seller END, \(state.rawValue), 1, \(fund), 'post',
        k.id, k.deal, k.project_name, o.name, '示例银行', \(Self.account), CASE WHEN \(state != .eligible) THEN market_now() END,
        CASE WHEN \(state == .applied) THEN market_now() + interval '10 days' END,
        CASE WHEN \(state != .eligible) THEN ARRAY[\(verifiedBy ?? ID<Token>(bits: 1))] ELSE '{}' END,
        \(hasAmount ? amount : nil), CASE WHEN \(hasAmount) THEN '[]'::jsonb END, \(linked),
        \(isPaid ? "示例流水 \(id)" : nil), CASE WHEN \(isPaid) THEN market_today() END,
        \(state == .audited ? "示例结论" : nil), \(isBack ? "termination" : nil),
        \(state == .recovered ? "示例退款 \(id)" : nil), CASE WHEN \(state == .recovered) THEN market_today() END, 'constructed'
      FROM contracts k, organisations o WHERE k.id = \(on) AND o.id = \(party.id)
      """)
    guard ![.eligible, .refused, .withdrawn].contains(state) else { return id }
    try await place(
      """
      INSERT INTO claim_outlays (claim, outlay, identity, amount, related, live)
      SELECT \(id), id, identity, amount, false, \(state != .recovered) FROM outlays WHERE id = \(cited)
      """)
    return id
  }
}
