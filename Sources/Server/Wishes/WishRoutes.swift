import Market

extension Route {
  private typealias Wishes = ResourceRoutes<Wish>

  static let wishes: [Route] = [
    Wishes.list,
    Wishes.create { work, input in
      try await work.create(Wish.self, input, own: [("organisation", try work.ownHolder)])
    },
    Wishes.one,
    Wishes.patch,
    Wishes.transitions,
    Wishes.transition,
    findings(Wish.self, "关注找到的成果或题目", "what the wish has found, the newest first") { call, page in
      try await call.market.findings(of: try call.id(Wish.self), for: call.caller, page: page)
    },
    findings(Challenge.self, "题目发布后找到的成果", "achievements published since that answer the challenge, for its poster") {
      call, page in
      try await call.market.findings(of: try call.id(Challenge.self), for: call.caller, page: page)
    },
  ]

  private static func findings<O: MarketObject>(
    _: O.Type, _ zh: String, _ en: String, _ find: @escaping @Sendable (Call, PageRequest) async throws -> Page<Finding>
  ) -> Route {
    .get(
      "/api/v1/\(O.path)/{id}/findings", O.path, zh, en, query: QueryParameter.paging, gives: .page(finding),
      needsToken: true
    ) { call in
      let page = try await find(call, try call.page())
      return .page(page, call) { $0.write(into: &$1) }
    }
  }

  private static let finding = Schema(name: "Finding") { json in
    json.schemaObject(
      [
        ("id", .reference(Finding.idPrefix), false, Phrase("标识", "id")),
        ("wish", .reference(Wish.idPrefix), true, Phrase("关注", "the wish that found it")),
        ("challenge", .reference(Challenge.idPrefix), true, Phrase("题目", "the challenge that found it")),
        ("kind", .code([Achievement.kind, Challenge.kind]), false, Phrase("找到的是成果还是题目", "what was found")),
        ("object", .text(max: 40), false, Phrase("找到的对象", "the object")),
        ("object_version", .integer(1...Int(Int32.max)), false, Phrase("发布时的版本", "its version when published")),
        ("title", .text(max: 200), true, Phrase("名称,已下架则为空", "its title, null once it has left the market")),
        ("at", .instant, false, Phrase("时间", "when")),
      ], required: ["id", "wish", "challenge", "kind", "object", "object_version", "title", "score", "reasons", "at"],
      isOpen: true)
  }
}
