import HTTPTypes
import Market

extension Call {
  /// Runs a write as one unit of work. With an `Idempotency-Key` the answer is kept in the same transaction, and a repetition is
  /// given that answer again instead of a second effect.
  func once(_ body: @Sendable (Work) async throws -> Reply) async throws -> Reply {
    guard let key = headers[.idempotencyKey] else { return try await market.work(as: caller, body) }
    guard (1...255).contains(key.unicodeScalars.count) else {
      throw Refusal.badParameter(
        name: "Idempotency-Key", detail: Phrase("长度须为 1 至 255", "must have 1 to 255 characters"))
    }
    let request = Array("\(method.rawValue) \(path)\n\(headers[.ifMatch] ?? "")\n".utf8) + self.body
    return try await market.work(as: caller) { work in
      if let stored = try await work.answered(key, request: request) { return Reply(replaying: stored) }
      let reply = try await body(work)
      try await work.keep(reply.stored, under: key, request: request)
      return reply
    }
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
