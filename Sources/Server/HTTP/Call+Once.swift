import HTTPTypes
import Market

extension Call {
  /// Runs a write as one unit of work. With an `Idempotency-Key` the answer is kept in the same transaction, and a repetition is
  /// given that answer again instead of a second effect.
  func once(_ body: @Sendable (Work) async throws -> Reply) async throws -> Reply {
    guard let request = try repeatable() else { return try await market.work(as: caller, body) }
    return try await market.work(as: caller) { work in
      if let stored = try await work.answered(request.key, request: request.content) {
        return Reply(replaying: stored)
      }
      let reply = try await body(work)
      try await work.keep(reply.stored, under: request.key, request: request.content)
      return reply
    }
  }

  /// This request under its key; nil when it has none.
  func repeatable() throws(Refusal) -> RepeatableRequest? {
    guard let key = headers[.idempotencyKey] else { return nil }
    guard (1...255).contains(key.unicodeScalars.count) else {
      throw .badParameter(name: "Idempotency-Key", detail: Phrase("长度须为 1 至 255", "must have 1 to 255 characters"))
    }
    return RepeatableRequest(
      key: key, content: Array("\(method.rawValue) \(path)\n\(headers[.ifMatch] ?? "")\n".utf8) + body)
  }
}

extension Reply {
  var stored: StoredAnswer {
    var kept: [String: String] = [:]
    for field in headers { kept[field.name.rawName] = field.value }
    return StoredAnswer(status: status.code, headers: kept, body: repeated ?? body)
  }

  init(replaying stored: StoredAnswer) {
    status = HTTPResponse.Status(code: stored.status)
    headers = [.idempotentReplayed: "true"]
    for (name, value) in stored.headers {
      if let name = HTTPField.Name(name) { headers[name] = value }
    }
    body = stored.body
  }
}
