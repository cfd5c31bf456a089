import Postgres

/// 公示: something made public for its legal time, to which anybody may object. What was published is pinned, word for word and by
/// its hash; it keeps its number and its address for ever, as a tombstone when it is revoked.
public struct Notice: MarketObject {
  public enum State: String, CaseIterable, Sendable {
    case draft, running, paused, closedClean = "closed_clean", revoked
  }
  public enum Action: String, CaseIterable, Sendable, EditAction {
    case edit, publish, correct, pause, resume, close, revoke, withdrawNames = "withdraw_names"
  }

  public static let idPrefix = "ntc"
  public static let kind = "notice"
  public static let noun = Phrase("公示", "notice")

  public let id: ID<Notice>
  public let organisation: ID<Organisation>
  public let organisationName: String
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let noticeKind: String
  let subjectKind: String?
  let subjectBits: ID<Anything>?
  /// Whose matter it is: they decide nothing about it.
  public let parties: [ID<Organisation>]
  /// The token of whoever made it.
  public let publisher: ID<Token>?
  public let publisherPerson: ID<Person>?
  public let title: String
  public let body: String
  let details: [UInt8]
  /// The people it names: rows of ``NoticePerson/inputs``. None once their time is over.
  let persons: [UInt8]
  /// What makes the digests of the people in the content theirs; it goes when they go.
  public let personsSalt: String?
  public let personsUntil: Instant?
  public let region: String
  public let contact: String
  public let objectionChannel: String
  /// What was asked for, in the unit of the rule; the rule's own when nil.
  public let days: Int?
  public let periodDays: Int?
  public let periodUnit: String?
  public let rule: String?
  public let legalBasis: String?
  public let publishedAt: Instant?
  public let year: Int?
  public let sequence: Int?
  /// 公示〔2026〕12号: dense within a year of this deployment.
  public let number: String?
  /// The first moment that no longer belongs to it.
  public let endsAt: Instant?
  /// Canonical JSON, the bytes that `hash` is of.
  public let content: String?
  /// `sha256:` and the digest of the content.
  public let hash: String?
  let countedFrom: Instant?
  public let pausedAt: Instant?
  public let closedAt: Instant?
  public let supersedes: ID<Notice>?
  public let supersededBy: ID<Notice>?
  /// What was put right without changing what it says.
  public let corrections: [String]
  public let reason: String?
  public let openObjections: Int
  public let createdAt: Instant
  public let updatedAt: Instant

  public static let table: SQL = "notices"
  public static let columns: SQL =
    """
    t.id, t.organisation, o.name, t.status, t.version, t.rulebook, t.kind, t.subject_kind, t.subject, t.parties, t.publisher,
    t.publisher_person, t.title, t.body, t.details, t.persons, t.persons_salt, t.persons_until, t.region, t.contact, t.objection_channel, t.days, t.period_days, t.period_unit, t.rule,
    t.legal_basis, t.published_at, t.year, t.sequence, t.number, t.ends_at, t.content, t.hash, t.counted_from, t.paused_at,
    t.closed_at, t.supersedes, (SELECT s.id FROM notices s WHERE s.supersedes = t.id AND s.status <> 'draft'), t.corrections,
    t.reason, t.open_objections, t.created_at, t.updated_at
    """
  /// So that what was published can be proved from the log alone.
  public static let eventFacts: SQL? =
    """
    jsonb_strip_nulls(jsonb_build_object('number', t.number, 'hash', t.hash,
      'ends_at', to_char(t.ends_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')))
    """
  public static func from(_ rows: SQL) -> SQL { "\(sql: rows) t JOIN organisations o ON o.id = t.organisation" }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    organisation = try c.next()
    organisationName = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    noticeKind = try c.next()
    subjectKind = try c.next()
    subjectBits = try c.next()
    parties = try c.next()
    publisher = try c.next()
    publisherPerson = try c.next()
    title = try c.next()
    body = try c.next()
    details = try c.next(JSONB.self).bytes
    persons = try c.next(JSONB.self).bytes
    personsSalt = try c.next()
    personsUntil = try c.next()
    region = try c.next()
    contact = try c.next()
    objectionChannel = try c.next()
    days = try c.next()
    periodDays = try c.next()
    periodUnit = try c.next()
    rule = try c.next()
    legalBasis = try c.next()
    publishedAt = try c.next()
    year = try c.next()
    sequence = try c.next()
    number = try c.next()
    endsAt = try c.next()
    content = try c.next()
    hash = try c.next()
    countedFrom = try c.next()
    pausedAt = try c.next()
    closedAt = try c.next()
    supersedes = try c.next()
    supersededBy = try c.next()
    corrections = try c.next()
    reason = try c.next()
    openObjections = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
  }

  public var headline: String { [number, title].compactMap(\.self).joined(separator: " ") }

  /// The platform handles what it publishes itself; whose matter it is decides nothing about it.
  public static let policy = Policy<Notice>(
    parties: [.init(.owner, "t.organisation", recuses: false, \.organisation)], recused: .init("t.parties", \.parties),
    internal: [
      "rulebook", "subject_kind", "parties", "publisher", "publisher_person", "details", "year", "sequence",
      "counted_from", "open_objections", "close_at",
    ],
    .show(.running, .paused, .closedClean, to: .everyone),
    // What was revoked keeps its number, its hash and the reason; what it said is no longer spread.
    .show(.revoked, to: .everyone, without: ["body", "content", "persons", "persons_salt"]),
    .show(to: .owner, .operator, .supervisor, .admin))

  /// The object that waits for it, with its kind's prefix.
  public var subject: String? {
    guard let subjectKind, let subjectBits else { return nil }
    return Event.prefixes[subjectKind, default: "obj"] + "_" + ULID.encode(subjectBits.bits)
  }

  /// How it is titled among people: 协议定价公示.
  public var kindTitle: Phrase { NoticeKind.table.first { $0.name == noticeKind }?.title ?? Self.noun }

  public var period: Period? {
    guard let periodDays, let periodUnit else { return nil }
    return Period(days: periodDays, unit: periodUnit)
  }

  static let constraints: [String: Refusal] = [
    "notices_one_live": .conflict(
      code: "on_notice_already", detail: Phrase("该事项已有公示在进行", "this is on notice already")),
    "notices_one_successor": .conflict(
      code: "superseded_already", detail: Phrase("该公示已被另一公示替代", "another notice has taken its place already")),
    "waits_for_notice": .blocked([
      Issue(code: "notice_running", detail: Phrase("公示尚未无异议期满", "the notice has not closed without objection"))
    ]),
  ]
}
