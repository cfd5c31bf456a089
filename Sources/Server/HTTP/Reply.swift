import HTTPTypes
import Hummingbird
import Market

/// An answer: status, headers and ready bytes.
public struct Reply: Sendable {
  var status: HTTPResponse.Status
  var headers: HTTPFields
  var body: [UInt8]
  /// What is kept for a repeated request where the answer itself must be kept nowhere.
  var repeated: [UInt8]?

  init(
    _ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], body: [UInt8],
    type: String = "application/json; charset=utf-8"
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.headers[.contentType] = type
  }

  static func json(
    _ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], _ write: (inout JSONWriter) throws -> Void
  ) rethrows -> Reply {
    var json = JSONWriter()
    try write(&json)
    return Reply(status, headers: headers, body: json.bytes)
  }

  /// An answer with a secret that is shown this once: a repeated request gets all but it.
  static func once(
    _ status: HTTPResponse.Status = .created, _ write: (_ json: inout JSONWriter, _ showsSecrets: Bool) -> Void
  ) -> Reply {
    var reply = Reply.json(status) { json in write(&json, true) }
    reply.repeated = Reply.json { json in write(&json, false) }.body
    return reply
  }

  /// One object as the caller gets it, with its version as the entity tag.
  static func object<O: MarketObject>(_ object: O, _ status: HTTPResponse.Status = .ok, for call: Call) -> Reply {
    var reply = Reply.json(status) { json in object.write(for: call.caller, into: &json) }
    reply.headers[.eTag] = tag(object)
    if status == .created { reply.headers[.location] = "/api/v1/\(O.path)/\(object.id.text)" }
    return reply
  }

  static func tag<O: MarketObject>(_ object: O) -> String { "\"\(object.id.text).\(object.version)\"" }

  /// A page with the way to the next one.
  static func page<O: MarketObject>(_ page: Page<O>, _ call: Call) -> Reply {
    var reply = Reply.json { json in
      json.object { json in
        json.array("items") { json in for object in page.items { object.write(for: call.caller, into: &json) } }
        json.string("next_page_token", page.next)
      }
    }
    if let next = page.next {
      let rest = call.query.filter { $0.key != "page_token" }.sorted { $0.key < $1.key }.map {
        "\($0.key)=\(percentEncoded($0.value))&"
      }
      reply.headers[.link] = "<\(call.path)?\(rest.joined())page_token=\(next)>; rel=\"next\""
    }
    return reply
  }

  var response: Response {
    Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}

extension HTTPField.Name {
  static let link = Self("Link")!
  static let idempotencyKey = Self("Idempotency-Key")!
  static let idempotentReplayed = Self("Idempotent-Replayed")!
  static let xForwardedProto = Self("X-Forwarded-Proto")!
  static let xForwardedFor = Self("X-Forwarded-For")!
  static let requestID = Self("X-Request-Id")!
}

/// A query value as it may stand in a link.
func percentEncoded(_ text: String) -> String {
  var out = ""
  for byte in text.utf8 {
    switch byte {
    case 48...57, 65...90, 97...122, 45, 46, 95, 126: out.unicodeScalars.append(UnicodeScalar(byte))
    default: out += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
    }
  }
  return out
}
