import Postgres

/// 变更公告: what was changed on a published challenge, and what that did to the deadline.
public struct Amendment: Sendable {
  public let number: Int
  public let isMaterial: Bool
  public let termsVersion: Int
  /// JSON: field → {from, to}.
  public let changes: [UInt8]
  public let rationale: String
  public let closedAt: Instant
  public let closesAt: Instant
  public let at: Instant

  public static let shown: [InputField] = [
    InputField("number", .integer(1...Int(Int32.max)), Phrase("序号", "number")),
    InputField("material", .flag, Phrase("是否实质修改", "whether it changes the terms")),
    InputField("terms_version", .integer(1...Int(Int32.max)), Phrase("修改后的条件版本", "version of the terms since")),
    InputField("changes", .object("AmendmentChanges"), Phrase("修改内容", "what was changed: field → from, to")),
    InputField("rationale", .text(max: 2000), Phrase("修改理由", "why")),
    InputField("closed_at", .instant, Phrase("原截止时间", "deadline before")),
    InputField("closes_at", .instant, Phrase("现截止时间", "deadline since")),
    InputField("at", .instant, Phrase("修改时间", "at")),
  ]

  public func write(into json: inout JSONWriter) {
    json.object { json in
      json.int("number", number)
      json.bool("material", isMaterial)
      json.int("terms_version", termsVersion)
      json.raw("changes", changes)
      json.string("rationale", rationale)
      json.instant("closed_at", closedAt)
      json.instant("closes_at", closesAt)
      json.instant("at", at)
    }
  }

  /// What may be amended, and whether a change of it changes what bidders have to meet.
  static let amendable: [(field: InputField, isMaterial: Bool)] = [
    (optional("summary"), false), (optional("description"), false), (optional("keywords"), false),
    (optional("indicators"), true), (optional("budget"), true), (optional("closes_on"), true),
  ]
  static let inputs: [InputField] =
    amendable.map(\.field) + [
      InputField("rationale", .text(max: 2000), Phrase("修改理由", "why it is amended"))
    ]

  private static func optional(_ name: String) -> InputField {
    let field = Challenge.fields.first { $0.name == name }
    return InputField(name, field?.type ?? .text(max: 1), required: false, field?.doc ?? Phrase(name, name))
  }
}

extension Challenge {
  /// What of this challenge an amendment would really change.
  func changes(_ input: Input) -> [(name: String, value: FieldValue, isMaterial: Bool)] {
    Amendment.amendable.compactMap { field, isMaterial in
      let value = input[field.name]
      return value == .null || value == amendable(field.name) ? nil : (field.name, value, isMaterial)
    }
  }

  private func amendable(_ name: String) -> FieldValue {
    switch name {
    case "summary": .text(summary)
    case "description": .text(description)
    case "keywords": .texts(keywords)
    case "indicators": .texts(indicators)
    case "budget": budget.map(FieldValue.money) ?? .null
    case "closes_on": lastDay.map(FieldValue.date) ?? .null
    default: .null
    }
  }

  /// The last day of the deadline that holds.
  private var lastDay: CivilDate? {
    closesAt.map { Instant(microseconds: $0.microseconds - 1).dateInShanghai }
  }

  /// Whether a day lies before the deadline that holds, or is it.
  fileprivate func closesNoEarlier(than day: CivilDate) -> Bool { lastDay.map { day <= $0 } ?? false }
}

extension Guard<Challenge> {
  static let isAmendment: [Guard<Challenge>] = [
    Guard("nothing_changed", "没有需要修改的内容", "nothing would be changed", readsInput: true) { challenge, moment in
      !challenge.changes(moment.input).isEmpty
    },
    Guard("not_measurable", "考核指标不能为空", "a challenge on the board keeps an indicator", readsInput: true) {
      challenge, moment in
      challenge.mode == "plain_demand" || moment.input.texts("indicators")?.isEmpty != true
    },
    // Postponing is another move, which the rules count.
    Guard("use_extend", "推迟截止请办理延期", "a later deadline is an extension", readsInput: true) { challenge, moment in
      moment.input.date("closes_on").map(challenge.closesNoEarlier) ?? true
    },
  ]
}

extension Effect<Challenge> {
  /// From a material change on, whoever has bid or is about to has the rulebook's least time, in the same transaction; what was bid
  /// under the old terms has to be bid anew. No bid's row is touched: before the opening, bids are nobody's business. What was
  /// changed is written down by a trigger, which sees the row before and after.
  static let amend = Effect(set: { challenge, moment in
    let changes = challenge.changes(moment.input)
    var set: [SQL] = ["reason = \(moment.input.text("rationale"))"]
    set += changes.map { SQL(unsafe: "\($0.name) = ") + "\($0.value)" }
    if changes.contains(where: \.isMaterial), let closesAt = challenge.closesAt {
      let least = try moment.rules.end(of: .amendmentMinimum, from: moment.now, region: challenge.region)
      let asked = moment.input.date("closes_on")?.end ?? closesAt
      set.append("closes_at = \(max(least, asked)), terms_version = terms_version + 1")
    }
    return set.joined(separator: ", ")
  })
}

extension Market {
  /// The amendments of a challenge, oldest first.
  public func amendments(of id: ID<Challenge>, for caller: Caller) async throws -> [Amendment] {
    let challenge = try await find(id, for: caller)
    let rows = try await reader(for: caller).query(
      """
      SELECT number, material, terms_version, changes, rationale, closed_at, closes_at, at FROM challenge_amendments
      WHERE challenge = \(challenge.id) ORDER BY number
      """)
    return try rows.map { row throws(DecodingFailure) in
      var c = row.columns
      return Amendment(
        number: try c.next(), isMaterial: try c.next(), termsVersion: try c.next(),
        changes: try c.next(JSONB.self).bytes,
        rationale: try c.next(), closedAt: try c.next(), closesAt: try c.next(), at: try c.next())
    }
  }
}
