import HTTPTypes
import Market

extension Call {
  /// Runs a write as one unit of work. With an `Idempotency-Key` the answer is kept in the same transaction, and a repetition is
  /// given that answer again instead of a second effect.
  /// - Parameter secret: whether the answer holds what is shown once: then only that it was given is kept, and where its object is.
  func once(secret: Bool = false, _ body: @Sendable (Work) async throws -> Reply) async throws -> Reply {
    guard let key = headers[.idempotencyKey] else { return try await market.work(as: caller, body) }
    guard (1...255).contains(key.unicodeScalars.count) else {
      throw Refusal.badParameter(
        name: "Idempotency-Key", detail: Phrase("长度须为 1 至 255", "must have 1 to 255 characters"))
    }
    let request = Array("\(method.rawValue) \(path)\n\(headers[.ifMatch] ?? "")\n".utf8) + self.body
    return try await market.work(as: caller) { work in
      if let stored = try await work.answered(key, request: request) {
        if secret { throw ProblemError(problem: .alreadyDone(stored)) }
        return Reply(replaying: stored)
      }
      let reply = try await body(work)
      try await work.keep(secret ? reply.withoutSecret : reply.stored, under: key, request: request)
      return reply
    }
  }
}

extension Reply {
  var stored: StoredAnswer {
    var kept: [String: String] = [:]
    for field in headers { kept[field.name.rawName] = field.value }
    return StoredAnswer(status: status.code, headers: kept, body: body)
  }

  /// That it was answered, and where the object is.
  fileprivate var withoutSecret: StoredAnswer {
    StoredAnswer(
      status: status.code, headers: headers[.location].map { [HTTPField.Name.location.rawName: $0] } ?? [:], body: [])
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

extension Problem {
  /// The request was answered before, and its answer held a secret that is shown once.
  fileprivate static func alreadyDone(_ stored: StoredAnswer) -> Problem {
    let place = stored.headers[HTTPField.Name.location.rawName]
    var problem = Problem(
      .conflict, "already_done",
      "此请求已办理过,回答中的密钥只给出一次" + (place.map { ";对象见 \($0)" } ?? "") + ";没有收到的,请另行更换",
      "done before, and the secret in the answer is shown once" + (place.map { "; the object is at \($0)" } ?? "")
        + ": if it never arrived, have another made")
    if let place { problem.headers[.location] = place }
    return problem
  }
}
