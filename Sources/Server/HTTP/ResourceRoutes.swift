import HTTPTypes
import Market

/// The routes that every business object has: a list, one, its moves, and making one.
struct ResourceRoutes<O: MarketObject>: Sendable {
  /// Above a resource that has an address of its own.
  static var root: String { "/api/v1/\(O.path)" }

  static var list: Route {
    .get(
      root, O.path, "\(O.noun.zh)列表", "list \(O.noun.en)s", query: queryParameters, gives: .page(.of(O.self))
    ) { call in
      let filters = call.query.filter { $0.key != "page_size" && $0.key != "page_token" }
      return .page(try await call.market.list(O.self, for: call.caller, filters: filters, page: try call.page()), call)
    }
  }

  static var queryParameters: [Route.QueryParameter] {
    O.filters.map {
      Route.QueryParameter($0.name, $0.listType, $0.doc.zh + "(可用逗号列出多个)", $0.doc.en + ", several separated by commas")
    }
      + Route.QueryParameter.paging
  }

  static var one: Route {
    .get("\(root)/{id}", O.path, "查看\(O.noun.zh)", "one \(O.noun.en)", gives: .object(.of(O.self))) { call in
      .object(try await call.market.find(try call.id(O.self), for: call.caller), for: call)
    }
  }

  /// What this caller may do next, with what, and what stands against the rest.
  static var transitions: Route {
    .get(
      "\(root)/{id}/transitions", O.path, "\(O.noun.zh)可办理的事项", "what may be done with the \(O.noun.en) now",
      gives: .items(.offer)
    ) { call in
      let (object, offers) = try await call.market.offers(try call.id(O.self), for: call.caller)
      var reply = Reply.json { json in
        json.object { json in
          json.array("items") { json in for offer in offers { offer.write(call.language, into: &json) } }
        }
      }
      reply.headers[.eTag] = Reply.tag(object)
      return reply
    }
  }

  static var transition: Route {
    .write(
      .post, "\(root)/{id}/transitions", O.path, "办理\(O.noun.zh)事项", "move the \(O.noun.en) along its workflow",
      body: Route.Body(
        "\(O.schemaName)Transition",
        [InputField("action", .code(O.Action.allCases.map(\.rawValue)), Phrase("事项", "action"))], isOpen: true),
      gives: .object(.of(O.self)), status: .ok, versioned: true
    ) { call, work in
      guard case .object(var members) = try call.json() else { throw Refusal.malformedJSON }
      let action = try Input(
        .object(["action": members["action"] ?? .null]),
        [
          InputField("action", .code(O.Action.allCases.map(\.rawValue)), Phrase("事项", "action"))
        ])
      members["action"] = nil
      guard let name = action.text("action"), let move = O.Action(rawValue: name) else { throw Refusal.malformedJSON }
      return .object(
        try await work.move(try call.id(O.self), move, .object(members), version: try call.expectedVersion()), for: call
      )
    }
  }

  /// Making one: who may, and with which columns of the platform's own, is the slice's to say.
  static func create(_ make: @escaping @Sendable (Work, Input) async throws -> O) -> Route {
    .write(
      .post, root, O.path, "新建\(O.noun.zh)", "make \(O.noun.en)", body: Route.Body("New\(O.schemaName)", O.inputs),
      gives: .object(.of(O.self))
    ) { call, work in .object(try await make(work, try call.input(O.inputs)), .created, for: call) }
  }
}

extension ResourceRoutes where O.Action: EditAction {
  static var patch: Route {
    .write(
      .patch, "\(root)/{id}", O.path, "修改\(O.noun.zh)", "change fields of the \(O.noun.en) (JSON merge patch)",
      body: Route.Body("\(O.schemaName)Patch", O.editableInputs, isPartial: true), gives: .object(.of(O.self)),
      status: .ok,
      versioned: true
    ) { call, work in
      .object(try await work.edit(try call.id(O.self), try call.json(), version: try call.expectedVersion()), for: call)
    }
  }
}

extension MarketObject {
  /// The plural of its kind in a path: `achievement-lists`.
  static var path: String {
    kind.split(separator: "_").joined(separator: "-") + (kind.hasSuffix("sh") ? "es" : "s")
  }
  /// Its name among the schemas: `AchievementList`.
  static var schemaName: String {
    kind.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}

extension Filter {
  /// In a list parameter several values may be given, so the schema is a text.
  var listType: FieldType { .text(max: 1000) }
}

extension Schema {
  static let offer = Schema(name: "Offer") { json in
    json.schemaObject(
      [
        ("action", .text(max: 40), false, Phrase("事项", "action")),
        ("to", .text(max: 40), false, Phrase("办理后的状态", "state afterwards")),
        ("who", .texts(maxItems: 20, max: 40), false, Phrase("由谁办理", "who may")),
        ("allowed", .flag, false, Phrase("您现在能否办理", "whether you may now")),
      ], required: ["action", "to", "who", "allowed", "fields", "against"], isOpen: true)
  }
}

extension Offer {
  func write(_ language: Language, into json: inout JSONWriter) {
    json.object { json in
      json.string("action", action)
      json.string("to", to)
      json.strings("who", who)
      json.bool("allowed", isAllowed)
      json.array("fields") { json in
        for field in needs {
          json.object { json in
            json.string("name", field.name)
            json.bool("required", field.isRequired)
            json.string("title", language.pick(field.doc))
          }
        }
      }
      json.array("against") { json in
        for issue in against {
          json.object { json in
            json.string("code", issue.code)
            json.string("detail", language.pick(issue.detail))
          }
        }
      }
    }
  }
}
