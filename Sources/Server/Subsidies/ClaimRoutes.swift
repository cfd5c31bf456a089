import HTTPTypes
import Market

extension Route {
  private typealias Claims = ResourceRoutes<Claim>

  static let claims: [Route] = [
    Claims.list,
    Claims.create { work, input in try await work.drawUpClaim(input) },
    Claims.one,
    Claims.patch,
    Claims.transitions,
    Claims.transition,
    claimOutlays,
    claimAccount,
  ]

  private static let claimOutlays: Route = .get(
    "/api/v1/claims/{id}/outlays", Claim.path, "补助申请所依据的投入凭证", "the invoices a claim rests on, and which of them count",
    gives: .items(.members("ClaimOutlay", ClaimOutlay.shown))
  ) { call in
    .items(try await call.market.outlays(of: try call.id(Claim.self), for: call.caller)) { $0.write(into: &$1) }
  }

  /// Not kept for a repeated request, unlike other writes: what it shows is not to be stored a second time.
  private static let claimAccount = Route(
    method: .post, path: "/api/v1/claims/{id}/account",
    summary: Phrase("查看收款账号(留痕)", "the account to pay to, unmasked; asking is an event"), tag: Claim.path, query: [],
    body: Body("AccountRequest", ClaimAccount.inputs), answer: .object(.members("ClaimAccount", ClaimAccount.shown)),
    status: .ok, needsToken: true, isWrite: false, isVersioned: false
  ) { call in
    let id = try call.id(Claim.self), input = try call.input(ClaimAccount.inputs)
    let account = try await call.market.work(as: call.caller) { work in try await work.revealAccount(of: id, input) }
    var reply = Reply.json { json in account.write(into: &json) }
    reply.headers[.cacheControl] = "no-store"
    return reply
  }
}
