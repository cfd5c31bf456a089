import Market

extension Route {
  static let events: [Route] = [feed]

  /// The log as a feed: what has happened after an event, oldest first, as far as the reader may know of it. Where to go on is the
  /// last event received; with none received, the same question again. Nothing ever appears before an event that was given out.
  private static let feed: Route = .get(
    "/api/v1/events", "events", "事件流:以收到的最后一个事件为 after 继续;没有收到则原样再问",
    "what happened, oldest first; go on with the last one received as `after`, or ask the same again where none was",
    query: [
      QueryParameter("after", .reference(Event.idPrefix), "从这一事件之后开始", "the last event seen"),
      QueryParameter("since", .instant, "只要这一时间以来的(与 after 同用时以 after 为起点)", "only what happened since then"),
      QueryParameter(
        "kinds", .text(max: 400), "只要这些对象的事件,逗号分隔", "only events of these objects, separated by commas"),
      QueryParameter("limit", .integer(1...1000), "返回条数,默认 100", "how many, 100 unless told"),
      QueryParameter("wait", .integer(0...25), "没有新事件时最多等待的秒数", "seconds to wait where there is nothing yet"),
    ], gives: .items(schema)
  ) { call in
    let log = call.market.events, since = try call.instant("since")
    var place = EventCursor.start
    if let text = call.query["after"] {
      guard let id = ID<Event>(text), let known = try await log.place(of: id, as: call.caller) else {
        throw Refusal.badParameter(name: "after", detail: Phrase("没有这一事件", "no such event"))
      }
      place = known
    } else if let since {
      place = try await log.place(since: since)
    }
    let kinds = try call.kinds("kinds"), limit = try call.integer("limit", default: 100, 1...1000)
    let end = ContinuousClock.now + .seconds(try call.integer("wait", default: 0, 0...25))
    var events: [Event] = []
    while true {
      let mark = call.services.bell.mark
      events = try await log.read(
        after: place, limit: limit, as: call.caller, kinds: kinds, since: since)
      let rest = end - ContinuousClock.now
      guard events.isEmpty, rest > .zero, await call.services.bell.wait(since: mark, atMost: rest, isGuest: true) else {
        break
      }
    }
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

extension Call {
  fileprivate func instant(_ name: String) throws(Refusal) -> Instant? {
    guard let text = query[name] else { return nil }
    guard let instant = Instant(text) else {
      throw .badParameter(
        name: name, detail: Phrase("时间应形如 2026-05-08T16:00:00Z", "a time looks like 2026-05-08T16:00:00Z"))
    }
    return instant
  }

  fileprivate func kinds(_ name: String) throws(Refusal) -> [String]? {
    guard let asked = query[name]?.split(separator: ",").map(String.init) else { return nil }
    let known = Event.kinds
    for kind in asked where !known.contains(kind) {
      let meant = nearest(to: kind, among: known)
      throw .badParameter(
        name: name,
        detail: Phrase(
          "没有“\(kind)”这种对象\(meant.map { ",是否指“\($0)”" } ?? "")",
          "no object is called \"\(kind)\"\(meant.map { "; did you mean \"\($0)\"" } ?? "")"))
    }
    return asked
  }
}
