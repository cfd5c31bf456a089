import HTTPTypes
import Market

extension Route {
  private typealias Bids = ResourceRoutes<Bid>

  static let bids: [Route] = [
    ofChallenge,
    place,
    Bids.list,
    Bids.one,
    Bids.patch,
    Bids.transitions,
    Bids.transition,
    review,
  ]

  /// Before the challenge closes everybody sees the same: their own bid, or nothing.
  private static let ofChallenge: Route = .get(
    "/api/v1/challenges/{id}/bids", Bid.path, "题目的揭榜书", "bids on a challenge, as far as the caller may know of them",
    query: Bids.queryParameters, gives: .page(.of(Bid.self))
  ) { call in
    let challenge = try await call.market.find(try call.id(Challenge.self), for: call.caller)
    let filters = call.query.filter { $0.key != "page_size" && $0.key != "page_token" }
    return .page(
      try await call.market.bids(on: challenge.id, for: call.caller, filters: filters, page: try call.page()), call)
  }

  private static let place: Route = .write(
    .post, "/api/v1/challenges/{id}/bids", Bid.path, "揭榜", "bid on a challenge", body: Body("NewBid", Bid.inputs),
    gives: .object(.of(Bid.self))
  ) { call, work in
    .object(try await work.placeBid(on: try call.id(Challenge.self), try call.input(Bid.inputs)), .created, for: call)
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
