import Market

extension Route {
  private typealias Lists = ResourceRoutes<AchievementList>

  static let achievementLists: [Route] = [
    Lists.list,
    Lists.create { work, input in
      try await work.create(AchievementList.self, input, own: [("organisation", try work.ownHolder)])
    },
    Lists.one,
    Lists.patch,
    Lists.transitions,
    Lists.transition,
    items,
  ]

  private static let items: Route = .get(
    "/api/v1/achievement-lists/{id}/items", AchievementList.path, "清单内容(冻结的成果及较上期变化)",
    "the frozen rows of an issue, each with how it differs from the issue before",
    query: [
      QueryParameter("after", .integer(0...Int(Int32.max)), "从这一行之后开始", "go on after this position"),
      QueryParameter("limit", .integer(1...1000), "返回条数,默认 200", "how many, 200 unless told"),
    ],
    gives: .items(listItem)
  ) { call in
    let list = try await call.market.find(try call.id(AchievementList.self), for: call.caller)
    let items = try await call.market.items(
      of: list.id, after: try call.integer("after", default: 0, 0...Int(Int32.max)),
      limit: try call.integer("limit", default: 200, 1...1000))
    return .json { json in
      json.object { json in
        json.array("items") { json in
          for item in items {
            json.object { json in
              json.int("position", item.position)
              json.string("achievement", item.achievement.text)
              json.string("change", item.change)
              json.raw("content", item.content)
            }
          }
        }
      }
    }
  }

  private static let listItem = Schema(name: "AchievementListItem") { json in
    json.schemaObject(
      [
        ("position", .integer(1...Int(Int32.max)), false, Phrase("序号", "position")),
        ("achievement", .reference(Achievement.idPrefix), false, Phrase("成果标识", "achievement")),
        (
          "change", .code(["added", "changed", "unchanged", "removed"]), false,
          Phrase("较上期变化", "since the issue before")
        ),
      ], required: ["position", "achievement", "change", "content"], isOpen: true)
  }
}
