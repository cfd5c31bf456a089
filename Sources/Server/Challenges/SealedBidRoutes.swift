import HTTPTypes
import Market

extension Route {
  private static let root = "/api/v1/sealed-bids"
  private static let shape = Schema.fields("SealedBid", SealedBid.fields)

  /// A bidder's own bids before the opening: receipts, and nothing else.
  static let sealedBids: [Route] = [consent, mine, one, replace, withdraw, reveal]

  private static let consent: Route = .ask(
    "/api/v1/challenges/{id}/consortium-consents", "sealed-bids", "同意加入联合体(平台签名,不留存)",
    "consent to be a member of a joint bid: signed here, kept nowhere",
    body: Body("NewConsortiumConsent", ConsortiumConsent.inputs),
    gives: .object(.fields("ConsortiumConsent", ConsortiumConsent.fields)), needsToken: true
  ) { call in
    let consent = try await call.market.consent(
      to: try call.input(ConsortiumConsent.inputs), on: try call.id(Challenge.self), as: call.caller)
    return .json { json in ConsortiumConsent.fields.write(consent, into: &json) }
  }

  private static let mine: Route = .get(
    root, "sealed-bids", "本单位的密封揭榜书(回执)", "one's own sealed bids: their receipts",
    query: [QueryParameter("challenge", .reference(Challenge.idPrefix), "题目", "challenge")] + QueryParameter.paging,
    gives: .page(shape), needsToken: true
  ) { call in
    let challenge = try call.query["challenge"].map { text throws(Refusal) in
      guard let id = ID<Challenge>(text) else {
        throw .badParameter(name: "challenge", detail: Phrase("应为题目标识", "must be a challenge's id"))
      }
      return id
    }
    let page = try await call.market.sealedBids(for: call.caller, on: challenge, page: try call.page())
    return .json { json in
      json.object { json in
        json.array("items") { json in for bid in page.items { SealedBid.fields.write(bid, into: &json) } }
        json.string("next_page_token", page.next)
      }
    }
  }

  private static let one: Route = .get(
    "\(root)/{id}", "sealed-bids", "本单位的一份密封揭榜书", "one of one's own sealed bids", gives: .object(shape),
    needsToken: true
  ) { call in
    .sealed(try await call.market.sealedBid(try call.sealedBid(), for: call.caller))
  }

  private static let replace: Route = .sealedWrite(
    .put, "\(root)/{id}", "截止前整份替换", "put another bid in its place, before the deadline",
    body: Body("NewBid", SealedBid.inputs), versioned: true
  ) { call, work, request in
    try await work.replaceBid(
      try call.sealedBid(), try call.input(SealedBid.inputs), version: try call.expectedVersion(), request: request)
  }

  private static let withdraw: Route = .sealedWrite(
    .delete, "\(root)/{id}", "截止前撤回,不留痕迹", "withdraw it before the deadline; nothing stays", body: nil, versioned: true
  ) { call, work, _ in
    try await work.withdrawBid(try call.sealedBid(), version: try call.expectedVersion())
  }

  private static let reveal: Route = .sealedWrite(
    .post, "\(root)/{id}/reveal", "截止后揭示承诺的内容", "show what the promise stood for, after the deadline",
    body: Body("RevealedBid", SealedBid.revealInputs)
  ) { call, work, _ in
    try await work.revealBid(try call.sealedBid(), try call.input(SealedBid.revealInputs))
  }

  /// A write around a sealed bid: one unit of work like any other, except that nothing is kept of the request but what the bid's
  /// own row holds.
  static func sealedWrite(
    _ method: HTTPRequest.Method, _ path: String, _ zh: String, _ en: String, body: Body?, versioned: Bool = false,
    _ change: @escaping @Sendable (Call, Work, RepeatableRequest?) async throws -> SealedBid
  ) -> Route {
    let isPlacing = path.hasSuffix("/bids")
    return Route(
      method: method, path: path, summary: Phrase(zh, en), tag: "sealed-bids", query: [], body: body,
      answer: .object(shape), status: isPlacing ? .created : .ok, needsToken: true, isWrite: true,
      isVersioned: versioned
    ) { call in
      let request = try call.repeatable()
      let bid = try await call.market.work(as: call.caller) { work in try await change(call, work, request) }
      return .sealed(bid, isPlacing ? .created : .ok)
    }
  }
}

extension Call {
  fileprivate func sealedBid() throws(Refusal) -> ID<Bid> {
    guard let id = ID<Bid>(parameters["id"] ?? "") else { throw .notFound(Receipt.noun) }
    return id
  }
}

extension Reply {
  fileprivate static func sealed(_ bid: SealedBid, _ status: HTTPResponse.Status = .ok) -> Reply {
    var reply = Reply.json(status) { json in SealedBid.fields.write(bid, into: &json) }
    reply.headers[.eTag] = "\"\(bid.receipt.bid.text).\(bid.version)\""
    if status == .created { reply.headers[.location] = "/api/v1/sealed-bids/\(bid.receipt.bid.text)" }
    if bid.isReplayed { reply.headers[.idempotentReplayed] = "true" }
    return reply
  }
}
