import HTTPTypes
import Market

extension Route {
  static let ledger: [Route] = [head, key, export, proof, consistency]

  private static let head: Route = .get(
    "/api/v1/ledger/head", "ledger", "账本最新签名", "the newest signed head of the ledger", gives: .object(signedHead)
  ) { call in
    guard let head = try await call.market.ledger.head() else { throw notSealed }
    return Reply(body: head.bytes)
  }

  private static let key: Route = .get(
    "/api/v1/ledger/key", "ledger", "账本签名密钥(公钥)",
    "the public keys that sign the ledger, each vouched for by the one before",
    gives: .object(
      Schema(name: "LedgerKeys") { json in json.schemaObject([], required: ["keys", "ledger"], isOpen: true) })
  ) { call in
    Reply(body: try await call.market.ledger.keyDocument())
  }

  /// The whole ledger as far as it is sealed, as JSON lines, sent while it is read.
  private static let export: Route = .get(
    "/api/v1/ledger/export", "ledger", "导出账本,每行一个 JSON", "the ledger as JSON lines; what is not public as hashes alone",
    gives: .lines(
      Schema(name: "LedgerLine") { json in json.schemaObject([], required: [], isOpen: true) })
  ) { call in
    let ledger = call.market.ledger
    return Reply(type: Answer.linesType) { write in try await ledger.export(write) }
  }

  private static let proof: Route = .get(
    "/api/v1/ledger/proof", "ledger", "事件在账本中的证明", "the proof that an event is in the ledger",
    query: [QueryParameter("event", .reference(Event.idPrefix), "事件标识", "the event's id")],
    gives: .object(
      Schema(name: "InclusionProof") { json in
        json.schemaObject(
          [
            ("seq", .integer(1...Int.max), false, Phrase("编号", "number in the ledger")),
            ("hash", .text(max: 64), false, Phrase("哈希", "hash")),
          ],
          required: ["event", "hash", "head", "ledger", "path", "seq", "signature"], isOpen: true)
      })
  ) { call in
    let ledger = call.market.ledger
    return try await sealed {
      guard let id = call.query["event"].flatMap({ ID<Event>($0) }),
        let proof = try await ledger.proof(of: id, as: call.caller)
      else { throw Refusal.badParameter(name: "event", detail: Phrase("没有这一事件", "no such event")) }
      return proof
    }
  }

  private static let consistency: Route = .get(
    "/api/v1/ledger/consistency", "ledger", "账本只续写、不改写的证明", "the proof that a later ledger begins with an earlier one",
    query: [
      QueryParameter("from", .integer(0...Int.max), "先前的事件数", "size of the earlier ledger"),
      QueryParameter(
        "to", .integer(0...Int.max), "后来的事件数,默认最新", "size of the later ledger, the newest head's unless told"),
    ],
    gives: .object(
      Schema(name: "ConsistencyProof") { json in
        json.schemaObject([], required: ["from", "ledger", "path", "to"], isOpen: true)
      })
  ) { call in
    guard call.query["from"] != nil else {
      throw Refusal.badParameter(name: "from", detail: Phrase("必填", "is needed"))
    }
    let from = try call.integer("from", default: 0, 0...Int.max)
    let to = call.query["to"] == nil ? nil : try call.integer("to", default: 0, 0...Int.max)
    return try await sealed { try await call.market.ledger.consistency(from: from, to: to) }
  }

  private static func sealed(_ body: () async throws -> [UInt8]) async throws -> Reply {
    do { return Reply(body: try await body()) } catch is Ledger.NotSealed { throw notSealed }
  }

  private static var notSealed: ProblemError {
    var problem = Problem(
      .serviceUnavailable, "not_sealed_yet", "账本还没有签到这里,请稍后再取", "no head is signed yet that holds it: ask again")
    problem.headers[.retryAfter] = "1"
    return ProblemError(problem: problem)
  }

  private static let signedHead = Schema(name: "SignedHead") { json in
    json.schemaObject(
      [("signature", .text(max: 200), false, Phrase("签名", "signature under the canonical text of the head"))],
      required: ["head", "signature"], isOpen: true)
  }
}
