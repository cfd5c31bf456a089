import Market

extension Route {
  static let events: [Route] = [feed]

  /// The log as a feed: what has happened after an event, oldest first, as far as the reader may know of it.
  private static let feed: Route = .get(
    "/api/v1/events", "events", "事件流", "what happened, oldest first; ask again after the last one seen",
    query: [
      QueryParameter("after", .reference(Event.idPrefix), "从这一事件之后开始", "the last event seen"),
      QueryParameter("limit", .integer(1...1000), "返回条数,默认 100", "how many, 100 unless told"),
    ], gives: .items(schema)
  ) { call in
    var place = EventCursor.start
    if let text = call.query["after"] {
      guard let id = ID<Event>(text), let known = try await call.market.events.place(of: id, as: call.caller) else {
        throw Refusal.badParameter(name: "after", detail: Phrase("没有这一事件", "no such event"))
      }
      place = known
    }
    let events = try await call.market.events.read(
      after: place, limit: try call.integer("limit", default: 100, 1...1000), as: call.caller)
    return .json { json in
      json.object { json in
        json.array("items") { json in for event in events { event.write(into: &json) } }
      }
    }
  }

  private static let schema = Schema(name: "Event") { json in
    json.schemaObject(
      [
        ("id", .reference(Event.idPrefix), false, Phrase("标识", "id")), ("at", .instant, false, Phrase("时间", "when")),
        ("type", .text(max: 80), false, Phrase("类型", "type")),
        ("object", .text(max: 40), false, Phrase("对象", "object")),
        ("from", .text(max: 40), true, Phrase("原状态", "state before")),
        ("to", .text(max: 40), true, Phrase("新状态", "state after")),
        ("version", .integer(1...Int(Int32.max)), false, Phrase("版本", "version")),
        ("actor", .text(max: 40), false, Phrase("由谁", "who, by role")),
      ], required: ["id", "at", "type", "object", "from", "to", "version", "actor", "data"], isOpen: true)
  }
}
