import Postgres

/// 答疑: what somebody asks about a published challenge, and the poster's answer, which everybody gets and nobody's name is on.
public struct Question: MarketObject {
  public enum State: String, CaseIterable, Sendable { case asked, answered, withdrawn }
  public enum Action: String, CaseIterable, Sendable { case answer, withdraw }

  public static let idPrefix = "qst"
  public static let kind = "question"
  public static let noun = Phrase("提问", "question")

  public let id: ID<Question>
  public let challenge: ID<Challenge>
  public let challengeTitle: String
  public let poster: ID<Organisation>
  public let organisation: ID<Organisation>
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let question: String
  public let answer: String?
  public let askedAt: Instant
  public let answeredAt: Instant?

  public static let table: SQL = "questions"
  public static let columns: SQL =
    """
    t.id, t.challenge, c.title, c.organisation, t.organisation, t.status, t.version, t.rulebook, t.question, t.answer, t.asked_at,
    t.answered_at
    """
  public static func from(_ rows: SQL) -> SQL { "\(sql: rows) t JOIN challenges c ON c.id = t.challenge" }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    challenge = try c.next()
    challengeTitle = try c.next()
    poster = try c.next()
    organisation = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    question = try c.next()
    answer = try c.next()
    askedAt = try c.next()
    answeredAt = try c.next()
  }

  public var headline: String { challengeTitle }
  /// Who asks may be about to bid: that is nobody's business, the poster's and the platform's least of all.
  public static let policy = Policy<Question>(
    parties: [.init(.asker, "t.organisation", \.organisation), .init(.poster, "c.organisation", \.poster)],
    internal: ["rulebook", "created_at", "updated_at"],
    .show(.answered, to: .everyone, without: ["organisation"]),
    .show(.asked, to: .poster, .operator, .supervisor, .admin, without: ["organisation"]),
    .show(to: .asker))

  public static let fields: [Field<Question>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("challenge", \.challenge, .shown, "题目", "challenge"),
    .text("challenge_title", \.challengeTitle, max: 200, .shown, "题目名称", "challenge's title"),
    .reference("organisation", \.organisation, .shown, "提问单位(仅本单位可见)", "who asked, shown to nobody else"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .text("question", \.question, max: 2000, .required, "问题", "question"),
    .text("answer", \.answer, max: 5000, .shown, "答复", "answer"),
    .instant("asked_at", \.askedAt, "提问时间", "asked at"),
    .instant("answered_at", \.answeredAt, "答复时间", "answered at"),
  ]
  public static let filters: [Filter] = [Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state")]

  public static let workflow = Workflow<Question>(
    .on(.asked, do: .answer, to: .answered, by: .poster, needs: [.answerToAll], then: .publishAnswer),
    .on(.asked, do: .withdraw, to: .withdrawn, by: .asker)
  )

  static let constraints: [String: Refusal] = [
    "questions_before_deadline": .conflict(
      code: "challenge_closed", detail: Phrase("题目不在揭榜期内,不再答疑", "the challenge does not take questions now")),
    "questions_not_by_poster": .conflict(
      code: "own_challenge", detail: Phrase("不能对本单位出的题提问", "a poster does not ask about its own challenge")),
  ]
}

extension InputField {
  static let answerToAll = InputField("answer", .text(max: 5000), Phrase("答复(对所有人公开)", "answer, shown to everybody"))
}

extension Effect<Question> {
  /// The instant is the trigger's, which compares it with the deadline.
  static let publishAnswer = Effect(set: { _, moment in "answer = \(moment.input.text("answer"))" })
}

extension Work {
  /// Asks about a challenge. Whether there is still time is decided by the trigger that stamps it.
  public func ask(about challenge: ID<Challenge>, _ input: Input) async throws -> Question {
    guard let organisation = caller.organisation, caller.acts(for: organisation) else {
      throw Refusal.forbidden(needs: [Role.university.rawValue, Role.enterprise.rawValue])
    }
    let target = try await market.find(challenge, for: caller)
    return try await create(
      Question.self, input,
      own: [
        ("challenge", .reference(target.id.bits)), ("organisation", .reference(organisation.bits)),
        ("asked_at", .instant(Instant(microseconds: 0))),
      ], audience: [target.organisation])
  }
}

extension Market {
  /// The questions on one challenge that this caller may know of.
  public func questions(on challenge: ID<Challenge>, for caller: Caller, filters: [String: String], page: PageRequest)
    async throws -> Page<Question>
  {
    try await list(Question.self, for: caller, filters: filters, page: page, extra: "t.challenge = \(challenge)")
  }
}
