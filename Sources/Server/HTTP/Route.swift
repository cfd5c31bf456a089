import HTTPTypes
import Market

/// One line of the route table: what serves a request, checks its parameters and describes it in `/openapi.json`.
public struct Route: Sendable {
  public let method: HTTPRequest.Method
  /// Below the base, with `{name}` for a parameter.
  public let path: String
  public let summary: Phrase
  public let tag: String
  public let query: [QueryParameter]
  public let body: Body?
  public let answer: Answer
  let status: HTTPResponse.Status
  let needsToken: Bool
  /// Whether it changes something: then it runs as one unit of work, takes an idempotency key and, with `versioned`, `If-Match`.
  let isWrite: Bool
  let isVersioned: Bool
  /// Whether a sign-in that still owes its second factor may ask for it.
  var isBeforeSecondFactor = false
  let handle: @Sendable (Call) async throws -> Reply

  public struct QueryParameter: Sendable {
    let name: String
    let type: FieldType
    let doc: Phrase
    init(_ name: String, _ type: FieldType, _ zh: String, _ en: String) {
      (self.name, self.type, doc) = (name, type, Phrase(zh, en))
    }

    static let paging = [
      QueryParameter(
        "page_size", .integer(1...PageRequest.largest), "每页条数,默认 50,最多 200", "items a page, 50 unless told, 200 at most"
      ),
      QueryParameter("page_token", .text(max: 200), "上一页给出的 next_page_token", "next_page_token of the page before"),
    ]
    static let limit = QueryParameter("limit", .integer(1...100), "返回条数,默认 10", "how many, 10 unless told")
    static let explain = QueryParameter("explain", .flag, "是否附各项得分", "with what each reason adds to the score")
  }

  public struct Body: Sendable {
    let name: String
    let fields: [InputField]
    let isPartial: Bool
    /// Members that depend on the object's state, described in words.
    let isOpen: Bool
    init(_ name: String, _ fields: [InputField], isPartial: Bool = false, isOpen: Bool = false) {
      (self.name, self.fields, self.isPartial, self.isOpen) = (name, fields, isPartial, isOpen)
    }
  }

  /// The shape of a good answer.
  public enum Answer: Sendable {
    case object(Schema)
    case page(Schema)
    case items(Schema)
  }

  /// A route that reads.
  static func get(
    _ path: String, _ tag: String, _ zh: String, _ en: String, query: [QueryParameter] = [], gives answer: Answer,
    needsToken: Bool = false, _ handle: @escaping @Sendable (Call) async throws -> Reply
  ) -> Route {
    Route(
      method: .get, path: path, summary: Phrase(zh, en), tag: tag, query: query, body: nil, answer: answer, status: .ok,
      needsToken: needsToken, isWrite: false, isVersioned: false, handle: handle)
  }

  /// A route with a body that is no unit of work by itself: a question that changes nothing, or one that proves who somebody is
  /// and sees to its own transactions.
  static func ask(
    _ path: String, _ tag: String, _ zh: String, _ en: String, body: Body, query: [QueryParameter] = [],
    gives answer: Answer, status: HTTPResponse.Status = .ok, needsToken: Bool = false,
    _ handle: @escaping @Sendable (Call) async throws -> Reply
  ) -> Route {
    Route(
      method: .post, path: path, summary: Phrase(zh, en), tag: tag, query: query, body: body, answer: answer,
      status: status,
      needsToken: needsToken, isWrite: false, isVersioned: false, handle: handle)
  }

  /// A route that changes something. The handler runs inside the unit of work that also keeps its answer.
  static func write(
    _ method: HTTPRequest.Method, _ path: String, _ tag: String, _ zh: String, _ en: String, body: Body,
    gives answer: Answer,
    status: HTTPResponse.Status = .created, versioned: Bool = false,
    _ handle: @escaping @Sendable (Call, Work) async throws -> Reply
  ) -> Route {
    Route(
      method: method, path: path, summary: Phrase(zh, en), tag: tag, query: [], body: body, answer: answer,
      status: status,
      needsToken: true, isWrite: true, isVersioned: versioned
    ) { call in try await call.once { work in try await handle(call, work) } }
  }

  /// A route that ends something, without a body.
  static func end(
    _ path: String, _ tag: String, _ zh: String, _ en: String, gives answer: Answer,
    _ handle: @escaping @Sendable (Call, Work) async throws -> Reply
  ) -> Route {
    Route(
      method: .delete, path: path, summary: Phrase(zh, en), tag: tag, query: [], body: nil, answer: answer,
      status: .ok, needsToken: true, isWrite: true, isVersioned: false
    ) { call in try await call.once { work in try await handle(call, work) } }
  }

  /// The same route, open to a sign-in that has yet to give its second factor.
  var beforeSecondFactor: Route {
    var route = self
    route.isBeforeSecondFactor = true
    return route
  }
}
