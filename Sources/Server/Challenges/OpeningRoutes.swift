import HTTPTypes
import Market

extension Route {
  /// What bidders seal with, and how officers open.
  static let opening: [Route] = [seal, receiptKey, shares, giveShare, signals]

  private static let seal: Route = .get(
    "/api/v1/challenges/{id}/seal", "sealed-bids", "题目的密封公钥、信封大小与开启人",
    "the keys that bids on a challenge are sealed under",
    gives: .object(.fields("BidSeal", BidSeal.fields))
  ) { call in
    let challenge = try await call.market.find(try call.id(Challenge.self), for: call.caller)
    guard let seal = try await call.market.seal(of: challenge.id) else {
      throw Refusal.notFound(Phrase("题目的密封公钥,题目尚未发布", "seal: the challenge has not been published"))
    }
    return .json { json in BidSeal.fields.write(seal, into: &json) }
  }

  private static let receiptKey: Route = .get(
    "/api/v1/receipt-keys/{id}", "sealed-bids", "核验回执的公钥", "the public key that receipts are verified with",
    gives: .object(.fields("ReceiptKey", ReceiptKey.fields))
  ) { call in
    let key = try await call.market.receiptKey(call.parameters["id"] ?? "")
    return .json { json in ReceiptKey.fields.write(key, into: &json) }
  }

  private static let shares: Route = .get(
    "/api/v1/challenges/{id}/opening-shares", "sealed-bids", "为本岗位加密的开启份额", "the shares sealed for one's own office",
    gives: .items(.fields("WrappedShare", WrappedShare.fields)), needsToken: true
  ) { call in
    let shares = try await call.market.shares(of: try call.id(Challenge.self), for: call.caller)
    return .json { json in
      json.object { json in
        json.array("items") { json in for share in shares { WrappedShare.fields.write(share, into: &json) } }
      }
    }
  }

  private static let giveShare: Route = .write(
    .post, "/api/v1/challenges/{id}/opening-shares", "sealed-bids", "截止后交出份额;两名开启人到齐即开启",
    "give a share after the deadline; with the second the envelopes are opened",
    body: Body("OpeningShare", GivenShare.inputs), gives: .object(.fields("GivenShare", GivenShare.fields)), status: .ok
  ) { call, work in
    let given = try await work.giveShare(of: try call.id(Challenge.self), try call.input(GivenShare.inputs))
    return .json { json in GivenShare.fields.write(given, into: &json) }
  }

  /// For those who look after fair play; a reviewer judges a bid by what it says.
  private static let signals: Route = .get(
    "/api/v1/challenges/{id}/signals", Challenge.path, "串标、围标线索(仅供核查,不作处理)",
    "what bids have in common that independent ones seldom have: a reason to look, and nothing more",
    gives: .items(.fields("CollusionSignal", CollusionSignal.fields)), needsToken: true
  ) { call in
    .items(try await call.market.signals(on: try call.id(Challenge.self), for: call.caller)) { signal, json in
      CollusionSignal.fields.write(signal, into: &json)
    }
  }
}
