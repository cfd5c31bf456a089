import Postgres

/// 技术咨询: a question that is answered in days, with neither call nor notice.
public struct ConsultRequest: MarketObject {
  public enum State: String, CaseIterable, Sendable { case open, answered, closed }
  public enum Action: String, CaseIterable, Sendable, EditAction { case edit, refer, answer, close }

  public static let idPrefix = "cns"
  public static let kind = "consult_request"
  public static let noun = Phrase("技术咨询", "consult request")

  public let id: ID<ConsultRequest>
  public let organisation: ID<Organisation>
  public let organisationName: String
  public let adviser: ID<Organisation>?
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let title: String
  public let question: String
  public let field: String?
  public let region: String
  public let answer: String?
  public let answeredBy: ID<Organisation>?
  public let answeredAt: Instant?
  public let dueAt: Instant
  /// Whether the answer was late, or is.
  public let isOverdue: Bool
  public let isHelpful: Bool?
  public let origin: String
  public let createdAt: Instant
  public let updatedAt: Instant

  public static let table: SQL = "consult_requests"
  public static let columns: SQL =
    """
    t.id, t.organisation, o.name, t.adviser, t.status, t.version, t.rulebook, t.title, t.question, t.field, t.region, t.answer,
    t.answered_by, t.answered_at, t.due_at, coalesce(t.answered_at, CASE t.status WHEN 'open' THEN market_now() END) > t.due_at IS TRUE,
    t.helpful, t.origin, t.created_at, t.updated_at
    """
  public static func from(_ rows: SQL) -> SQL { "\(sql: rows) t JOIN organisations o ON o.id = t.organisation" }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    organisation = try c.next()
    organisationName = try c.next()
    adviser = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    title = try c.next()
    question = try c.next()
    field = try c.next()
    region = try c.next()
    answer = try c.next()
    answeredBy = try c.next()
    answeredAt = try c.next()
    dueAt = try c.next()
    isOverdue = try c.next()
    isHelpful = try c.next()
    origin = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
  }

  public var headline: String { title }
  /// Between the asker, the adviser it was put or referred to, and the platform. Where nobody is named, the adviser is nobody.
  public static let policy = Policy<ConsultRequest>(
    parties: [
      .init(.asker, "t.organisation", \.organisation),
      .init(.adviser, "t.adviser") { $0.adviser ?? ID(bits: 0) },
    ],
    .show(to: .asker, .adviser, .operator, .supervisor, .admin))

  public static let fields: [Field<ConsultRequest>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("organisation", \.organisation, .shown, "咨询单位标识", "asker's id"),
    .text("organisation_name", \.organisationName, max: 120, .shown, "咨询单位", "asker"),
    .reference(
      "adviser", \.adviser, .fixedOptional, "咨询对象,不填由平台转办", "who is asked; the platform refers it when nobody is"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .text("title", \.title, max: 200, .required, "咨询事项", "title"),
    .text("question", \.question, max: 5000, .required, "咨询内容", "question"),
    .code("field", \.field, TechnologyField.codes, .optional, "技术领域(十一类)", "technology field, one of the eleven"),
    .region("region", \.region, .required, "所在地区(行政区划代码)", "region, GB/T 2260"),
    .text("answer", \.answer, max: 10000, .shown, "答复", "answer"),
    .reference("answered_by", \.answeredBy, .shown, "答复单位", "who answered"),
    .instant("answered_at", \.answeredAt, "答复时间", "answered at"),
    .instant("due_at", \.dueAt, "应答复时间", "an answer is due by"),
    .flag("overdue", \.isOverdue, .shown, "是否超期", "late"),
    .flag("helpful", \.isHelpful, .shown, "是否解决问题", "whether the asker found it helpful"),
    .code(
      "origin", \.origin, ["real", "constructed"], .optional, "来源性质:真实或虚构示例", "real, or invented for demonstration"),
    .instant("created_at", \.createdAt, "创建时间", "made at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]
  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("field", .code(TechnologyField.codes), "技术领域", "technology field"),
  ]

  public static let workflow = Workflow<ConsultRequest>(
    .on(.open, do: .edit, by: .asker),
    .on(.open, do: .refer, by: .operator, needs: [.adviser], then: .refer),
    .on(.open, do: .answer, to: .answered, by: .adviser, .operator, needs: [.answer], then: .answer),
    .on(.open, .answered, do: .close, to: .closed, by: .asker, needs: [.helpful], then: .rate)
  )

  static let constraints: [String: Refusal] = [
    "consult_requests_two_parties": .invalid([
      Issue(
        pointer: "/adviser", code: "own_organisation",
        detail: Phrase("不能向本单位咨询", "an organisation does not ask itself"))
    ])
  ]
}

extension InputField {
  static let adviser = InputField("adviser", .reference(Organisation.idPrefix), Phrase("转办单位", "who is to answer"))
  static let answer = InputField("answer", .text(max: 10000), Phrase("答复", "answer"))
  static let helpful = InputField("helpful", .flag, required: false, Phrase("是否解决问题", "whether it helped"))
}

extension Effect<ConsultRequest> {
  static let refer = Effect(set: { _, moment in "adviser = \(moment.input["adviser"])" })
  static let answer = Effect(set: { _, moment in
    "answer = \(moment.input.text("answer")), answered_by = \(moment.caller.organisation), answered_at = \(moment.now)"
  })
  static let rate = Effect(set: { _, moment in "helpful = \(moment.input["helpful"])::boolean" })
}

extension Work {
  /// Asks. The time in which an answer is due is the rulebook's.
  public func ask(_ input: Input) async throws -> ConsultRequest {
    let due = try market.rulebook.end(
      of: .consultationReply, from: try await market.now(), region: input.text("region") ?? "000000")
    guard let organisation = caller.organisation, caller.acts(for: organisation) else {
      throw Refusal.forbidden(needs: [Role.university.rawValue, Role.enterprise.rawValue])
    }
    return try await create(
      ConsultRequest.self, input, own: [("organisation", .reference(organisation.bits)), ("due_at", .instant(due))],
      audience: [input.id("adviser")].compactMap(\.self))
  }
}
