import HTTPTypes
import Market

extension Route {
  private typealias Bids = ResourceRoutes<Bid>

  static let bids: [Route] = [
    ofChallenge,
    place,
    Bids.list,
    Bids.one,
    Bids.transitions,
    Bids.transition,
    review,
    result,
  ]

  /// Before the opening everybody sees the same: nothing.
  private static let ofChallenge: Route = .get(
    "/api/v1/challenges/{id}/bids", Bid.path, "题目的揭榜书(开启后)", "bids on a challenge, once they are open",
    query: Bids.queryParameters, gives: .page(.of(Bid.self))
  ) { call in
    let challenge = try await call.market.find(try call.id(Challenge.self), for: call.caller)
    let filters = call.query.filter { $0.key != "page_size" && $0.key != "page_token" }
    return .page(
      try await call.market.bids(on: challenge.id, for: call.caller, filters: filters, page: try call.page()), call)
  }

  private static let place: Route = .sealedWrite(
    .post, "/api/v1/challenges/{id}/bids", "密封揭榜:明文由平台即时加密,或自行加密,或只交承诺值",
    "bid: in the clear and sealed here at once, sealed already, or promised", body: Body("NewBid", SealedBid.inputs)
  ) { call, work, request in
    try await work.placeBid(on: try call.id(Challenge.self), try call.input(SealedBid.inputs), request: request)
  }

  private static let result: Route = .get(
    "/api/v1/bids/{id}/result", Bid.path, "揭榜书的评审结果(拟中榜公示起)", "a bid's marks, comments and rank, from the proposal on",
    gives: .object(.members("BidResult", BidResult.shown)), needsToken: true
  ) { call in
    let result = try await call.market.result(of: try call.id(Bid.self), for: call.caller)
    return .json { json in result.write(into: &json) }
  }

  private static let review: Route = .write(
    .post, "/api/v1/bids/{id}/reviews", Bid.path, "评审揭榜书", "score a bid, once",
    body: Body("NewBidReview", BidReview.inputs),
    gives: .object(.fields("BidReview", BidReview.fields))
  ) { call, work in
    let review = try await work.review(try call.id(Bid.self), try call.input(BidReview.inputs))
    return .json(.created) { json in BidReview.fields.write(review, into: &json) }
  }
}
