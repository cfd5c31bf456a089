import HTTPTypes
import Market

/// `/openapi.json`, made from the table that serves.
enum OpenAPI {
  static func document(_ routes: [Route]) -> [UInt8] {
    var json = JSONWriter(reserving: 128 * 1024)
    json.object { json in
      json.string("openapi", "3.1.0")
      json.object("info") { json in
        json.string("title", "Jiebang 揭榜")
        json.string("version", Product.version)
        json.string("description", "技术交易与成果转化平台的接口 · the API of a technology-transfer marketplace")
        json.object("license") { json in
          json.string("name", "Apache-2.0")
          json.string("identifier", "Apache-2.0")
        }
      }
      json.array("servers") { json in json.object { json in json.string("url", "/") } }
      json.object("paths") { json in
        let paths = Dictionary(grouping: routes, by: \.path)
        for path in routes.map(\.path).unique {
          json.key(path)
          json.object { json in for route in paths[path] ?? [] { operation(route, &json) } }
        }
      }
      json.object("components") { json in
        json.object("securitySchemes") { json in
          json.object("token") { json in
            json.string("type", "http")
            json.string("scheme", "bearer")
          }
        }
        json.object("schemas") { json in schemas(routes, &json) }
      }
    }
    return json.bytes
  }

  private static func operation(_ route: Route, _ json: inout JSONWriter) {
    json.key(route.method.rawValue.lowercased())
    json.object { json in
      json.string("operationId", operationID(route))
      json.strings("tags", [route.tag])
      json.string("summary", route.summary.zh)
      json.string("description", route.summary.en)
      json.array("security") { json in
        if !route.needsToken { json.object { _ in } }
        json.object { json in json.array("token") { _ in } }
      }
      json.array("parameters") { json in parameters(route, &json) }
      if let body = route.body { requestBody(body, &json) }
      json.object("responses") { json in responses(route, &json) }
    }
  }

  static func operationID(_ route: Route) -> String {
    let words = route.path.split { !$0.isLetter && !$0.isNumber }.filter { $0 != "api" && $0 != "v1" }
    return ([Substring(route.method.rawValue.lowercased())] + words).joined(separator: "_")
  }

  private static func parameters(_ route: Route, _ json: inout JSONWriter) {
    for name in route.parameterNames {
      parameter(name, in: "path", required: true, .text(max: 64), Phrase("标识", "id"), &json)
    }
    for each in route.query { parameter(each.name, in: "query", required: false, each.type, each.doc, &json) }
    if route.isVersioned {
      parameter(
        "If-Match", in: "header", required: true, .text(max: 80), Phrase("所见版本的 ETag", "ETag of the version seen"),
        &json)
    }
    if route.isWrite {
      parameter(
        "Idempotency-Key", in: "header", required: false, .text(max: 255), Phrase("幂等键", "idempotency key"), &json)
    }
  }

  private static func parameter(
    _ name: String, in place: String, required: Bool, _ type: FieldType, _ doc: Phrase, _ json: inout JSONWriter
  ) {
    json.object { json in
      json.string("name", name)
      json.string("in", place)
      json.bool("required", required)
      json.string("description", "\(doc.zh) · \(doc.en)")
      json.schema("schema", type)
    }
  }

  private static func requestBody(_ body: Route.Body, _ json: inout JSONWriter) {
    json.object("requestBody") { json in
      json.bool("required", true)
      content(&json) { json in json.object { json in json.string("$ref", "#/components/schemas/\(body.name)") } }
    }
  }

  private static func content(
    _ json: inout JSONWriter, type: String = "application/json", _ schema: (inout JSONWriter) -> Void
  ) {
    json.object("content") { json in
      json.key(type)
      json.object { json in
        json.key("schema")
        schema(&json)
      }
    }
  }

  private static func responses(_ route: Route, _ json: inout JSONWriter) {
    json.object("\(route.status.code)") { json in
      json.string("description", route.summary.en)
      content(&json, type: route.answer.mediaType) { json in answer(route.answer, &json) }
    }
    for status in statuses(route) {
      json.object("\(status)") { json in
        json.string("description", HTTPResponse.Status(code: status).reasonPhrase)
        if status == 304 { return }
        content(&json, type: "application/problem+json") { json in
          json.object { json in json.string("$ref", "#/components/schemas/Problem") }
        }
      }
    }
  }

  /// The statuses, besides the good one, that a route of this shape can answer with.
  static func statuses(_ route: Route) -> [Int] {
    var statuses: Set<Int> = [400, 429, 500, 503]
    // What a body names may not exist, or not for this caller.
    if !route.parameterNames.isEmpty || route.body != nil { statuses.insert(404) }
    statuses.insert(401)
    if route.needsToken { statuses.insert(403) }
    if route.body != nil { statuses.formUnion([413, 415, 422]) }
    if route.isWrite { statuses.formUnion([409, 422]) }
    if route.isVersioned { statuses.formUnion([412, 428]) }
    if route.method == .get, !route.parameterNames.isEmpty { statuses.insert(304) }
    return statuses.sorted()
  }

  private static func answer(_ answer: Route.Answer, _ json: inout JSONWriter) {
    func reference(_ schema: Schema, _ json: inout JSONWriter) {
      json.object { json in json.string("$ref", "#/components/schemas/\(schema.name)") }
    }
    switch answer {
    case .object(let schema), .lines(let schema): reference(schema, &json)
    case .page(let schema), .items(let schema):
      json.object { json in
        json.string("type", "object")
        json.object("properties") { json in
          json.object("items") { json in
            json.string("type", "array")
            json.key("items")
            reference(schema, &json)
          }
          if case .page = answer {
            json.schema("next_page_token", .text(max: 200), isNullable: true)
          }
        }
        json.strings("required", ["items"])
      }
    case .document: json.object { json in json.string("type", "string") }
    }
  }

  private static func schemas(_ routes: [Route], _ json: inout JSONWriter) {
    var written: Set<String> = []
    for schema in common + routes.compactMap(\.answer.schema) where written.insert(schema.name).inserted {
      json.key(schema.name)
      schema.write(&json)
    }
    for body in routes.compactMap(\.body) where written.insert(body.name).inserted {
      json.key(body.name)
      json.schemaObject(
        body.fields.map { ($0.name, $0.type, !$0.isRequired || body.isPartial, $0.doc) },
        required: body.isPartial ? [] : body.fields.filter(\.isRequired).map(\.name), isOpen: body.isOpen)
    }
  }

  private static let common: [Schema] = [
    Schema(name: "Money") { json in
      json.object { json in
        json.string("type", "object")
        json.object("properties") { json in
          json.object("amount") { json in
            json.string("type", "string")
            json.string("pattern", "^-?[0-9]{1,14}(\\.[0-9]{1,2})?$")
          }
          json.object("currency") { json in json.string("const", "CNY") }
        }
        json.strings("required", ["amount", "currency"])
        json.bool("additionalProperties", false)
      }
    },
    Schema(name: "DeliveryAttempts") { json in
      json.object { json in
        json.string("type", "array")
        json.key("items")
        json.schemaObject(
          [
            ("at", .instant, false, Phrase("时间", "when")),
            ("answer", .integer(100...999), true, Phrase("对方的状态码", "the receiver's status")),
            ("milliseconds", .integer(0...Int(Int32.max)), false, Phrase("用时", "how long it took")),
            ("error", .text(max: 300), true, Phrase("未能送达的原因", "why it did not arrive")),
          ], required: ["at", "answer", "milliseconds", "error"])
      }
    },
    Schema(name: "Problem") { json in
      json.schemaObject(
        [
          ("type", .text(max: 200), false, Phrase("类型", "type")),
          ("title", .text(max: 2000), false, Phrase("说明", "what is wrong and what to do")),
          ("status", .integer(400...599), false, Phrase("状态码", "status")),
          ("code", .text(max: 80), false, Phrase("稳定代码", "stable code")),
          ("instance", .text(max: 2000), false, Phrase("地址", "path")),
          ("request_id", .text(max: 80), false, Phrase("请求编号", "request id")),
        ], required: ["type", "title", "status", "code", "instance", "request_id"], isOpen: true)
    },
    // What a notice says of what waits for it differs from kind to kind.
    Schema(name: "NoticeContent") { json in json.schemaObject([], required: ["kind", "title"], isOpen: true) },
    Schema(name: "ObjectionCounts") { json in json.schemaObject([], required: [], isOpen: true) },
    Schema.members(
      "ScreeningScores", ScreeningAxis.all.map { InputField($0.name, .integer(0...100), $0.doc) }),
    Schema(name: "ProjectChange") { json in json.schemaObject([], required: [], isOpen: true) },
    Schema(name: "InvitationMatch") { json in
      json.schemaObject([], required: ["achievement", "title", "score", "reasons"], isOpen: true)
    },
    Schema(name: "AmendmentChanges") { json in json.schemaObject([], required: [], isOpen: true) },
  ]
}

extension Route.Answer {
  var mediaType: String {
    switch self {
    case .document(let type): type
    case .lines: Self.linesType
    case .object, .page, .items: "application/json"
    }
  }

  /// Nil for what is not JSON.
  var schema: Schema? {
    switch self {
    case .object(let schema), .page(let schema), .items(let schema), .lines(let schema): schema
    case .document: nil
    }
  }
}

extension Route {
  /// Names of the parameters in the path, in their order.
  var parameterNames: [String] {
    path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
  }
}
