import HTTPTypes
import Market

/// An RFC 9457 problem document: every answer that is not a good one, whatever went wrong.
struct Problem: Sendable {
  var status: HTTPResponse.Status
  /// Stable; programs may depend on it.
  var code: String
  var title: Phrase
  var issues: [Issue] = []
  var headers: HTTPFields = [:]
  /// Members beyond the common ones, such as the legal moves of a state.
  var more: [(String, [String])] = []

  init(_ status: HTTPResponse.Status, _ code: String, _ zh: String, _ en: String) {
    (self.status, self.code, title) = (status, code, Phrase(zh, en))
  }

  func reply(_ language: Language, instance: String, requestID: String) -> Reply {
    var reply = Reply.json(status, headers: headers) { json in
      json.object { json in
        json.string("type", "/problems/\(code)")
        json.string("title", language.pick(title))
        json.int("status", status.code)
        json.string("code", code)
        json.string("instance", instance)
        json.string("request_id", requestID)
        for (name, words) in more {
          json.strings(name, words)
        }
        guard !issues.isEmpty else { return }
        json.array("errors") { json in for issue in issues { Self.write(issue, language, into: &json) } }
      }
    }
    reply.headers[.contentType] = "application/problem+json; charset=utf-8"
    return reply
  }

  private static func write(_ issue: Issue, _ language: Language, into json: inout JSONWriter) {
    json.object { json in
      if let pointer = issue.pointer { json.string("pointer", pointer) }
      if let row = issue.row { json.int("row", row) }
      if let column = issue.column { json.string("column", column) }
      json.string("code", issue.code)
      json.string("detail", language.pick(issue.detail))
    }
  }
}

extension Problem {
  /// The one place where the market's refusals meet status codes.
  init(_ refusal: Refusal) {
    switch refusal {
    case .malformedJSON:
      self.init(.badRequest, "malformed_json", "请求体不是合法的 JSON", "the body is not JSON")
    case .unknownField(let name, let nearest):
      self.init(
        .badRequest, "unknown_field", "没有字段“\(name)”\(nearest.map { ",是否指“\($0)”" } ?? "")",
        "there is no field \"\(name)\"\(nearest.map { "; did you mean \"\($0)\"" } ?? "")")
      issues = [Issue(pointer: "/\(name)", code: "unknown_field", detail: title)]
    case .unknownParameter(let name, let nearest):
      self.init(
        .badRequest, "unknown_parameter", "没有参数“\(name)”\(nearest.map { ",是否指“\($0)”" } ?? "")",
        "there is no parameter \"\(name)\"\(nearest.map { "; did you mean \"\($0)\"" } ?? "")")
    case .badParameter(let name, let detail):
      self.init(.badRequest, "bad_parameter", "参数“\(name)”不正确:\(detail.zh)", "parameter \"\(name)\": \(detail.en)")
    case .invalid(let found):
      self.init(
        .unprocessableContent, "validation_failed", "提交内容有 \(found.count) 处问题",
        "\(found.count) problem\(found.count == 1 ? "" : "s") in what was sent")
      issues = found
    case .notFound(let what):
      self.init(.notFound, "not_found", "没有这个\(what.zh)", "no such \(what.en)")
    case .unauthenticated:
      self.init(.unauthorized, "unauthenticated", "需要有效的访问令牌", "a valid token is needed")
      headers[.wwwAuthenticate] = "Bearer"
    case .wrongCredentials:
      self.init(.unauthorized, "wrong_credentials", "登录名、密码或验证码不正确", "the login, the password or the code is wrong")
      headers[.wwwAuthenticate] = "Bearer"
    case .secondFactorNeeded:
      self.init(
        .unauthorized, "second_factor_required", "还需要两步验证码;该角色未设置两步验证的,请先设置",
        "a code of the second factor is needed; a role that needs one and has none sets it up first")
      headers[.wwwAuthenticate] = "Bearer"
    case .tooManyFailures(let seconds):
      self.init(
        .tooManyRequests, "too_many_failures", "登录失败次数过多,请 \(seconds) 秒后再试;在常用设备或地址登录不受影响",
        "too many failures: try again in \(seconds) s; places you have signed in from before are not affected")
      headers[.retryAfter] = "\(seconds)"
    case .tooMany(let seconds, let what):
      self.init(.tooManyRequests, "too_many", what.zh, what.en)
      headers[.retryAfter] = "\(seconds)"
    case .busy:
      self.init(.serviceUnavailable, "busy", "同时办理的人太多,请稍后重试", "too many at the same thing: try again in a moment")
      headers[.retryAfter] = "2"
    case .forbidden(let needs):
      self.init(.forbidden, "wrong_role", "您的身份不能办理此事", "not for your role")
      more = [("needs", needs)]
    case .recused(let ground):
      let words = ExpertRelation.title(ground)
      self.init(.forbidden, "conflict_of_interest", "应当回避:\(words.zh)", "recused: \(words.en)")
      more = [("ground", [ground])]
    case .illegalMove(let state, let action, let legal):
      self.init(
        .conflict, "illegal_transition", "当前状态“\(state)”下不能“\(action)”",
        "\"\(action)\" is not possible in state \"\(state)\"")
      more = [("legal", legal)]
    case .blocked(let found):
      self.init(
        .unprocessableContent, "blocked", "条件尚未具备:\(found.map(\.detail.zh).joined(separator: ";"))",
        "not yet: \(found.map(\.detail.en).joined(separator: "; "))")
      issues = found
    case .conflict(let code, let detail):
      self.init(.conflict, code, detail.zh, detail.en)
    case .versionMissing:
      self.init(
        .preconditionRequired, "version_required", "请在 If-Match 中给出所见版本的 ETag", "send the ETag you saw in If-Match")
    case .versionMoved(let current):
      self.init(
        .preconditionFailed, "version_moved", "内容已被更改,现为第 \(current) 版,请重新读取",
        "changed meanwhile: it is at version \(current) now")
    case .keyInFlight:
      self.init(.conflict, "key_in_flight", "同一幂等键的请求正在处理", "a request with this idempotency key is being worked on")
      headers[.retryAfter] = "1"
    case .keyReused:
      self.init(.unprocessableContent, "key_reused", "该幂等键已用于另一请求", "this idempotency key was used for another request")
    case .pageTokenMismatch:
      self.init(
        .badRequest, "page_token_mismatch", "page_token 与筛选条件不符", "the page_token does not belong to these filters")
    }
  }
}
