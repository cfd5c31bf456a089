import Market

extension ResourceRoutes {
  /// The frozen rows of an issue.
  static func items<Kind>() -> Route where O == NumberedIssue<Kind> {
    .get(
      "\(root)/{id}/items", O.path, "\(O.noun.zh)内容(冻结的\(Kind.Item.noun.zh)及较上期变化)",
      "the frozen rows of an issue, each with how it differs from the issue before",
      query: [
        Route.QueryParameter("after", .integer(0...Int(Int32.max)), "从这一行之后开始", "go on after this position"),
        Route.QueryParameter("limit", .integer(1...1000), "返回条数,默认 200", "how many, 200 unless told"),
      ],
      gives: .items(itemSchema(Kind.Item.self))
    ) { call in
      let list = try await call.market.find(try call.id(O.self), for: call.caller)
      let items = try await call.market.items(
        of: list.id, for: call.caller, after: try call.integer("after", default: 0, 0...Int(Int32.max)),
        limit: try call.integer("limit", default: 200, 1...1000))
      return .items(items) { item, json in
        json.object { json in
          json.int("position", item.position)
          json.string(Kind.Item.kind, item.item.text)
          json.string("change", item.change)
          json.raw("content", item.content)
        }
      }
    }
  }

  private static func itemSchema<Item: MarketObject>(_: Item.Type) -> Schema {
    Schema(name: "\(O.schemaName)Item") { json in
      json.schemaObject(
        [
          ("position", .integer(1...Int(Int32.max)), false, Phrase("序号", "position")),
          (Item.kind, .reference(Item.idPrefix), false, Phrase("\(Item.noun.zh)标识", Item.noun.en)),
          (
            "change", .code(["added", "changed", "unchanged", "removed"]), false,
            Phrase("较上期变化", "since the issue before")
          ),
        ], required: ["position", Item.kind, "change", "content"], isOpen: true)
    }
  }
}
