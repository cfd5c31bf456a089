import MatchEngine
import Postgres

/// What was found for a wish or a challenge when it was published: once for each publication.
public struct Finding: Identified {
  public static let idPrefix = "fnd"

  public let id: ID<Finding>
  public let wish: ID<Wish>?
  public let challenge: ID<Challenge>?
  /// `achievement` or `challenge`.
  public let kind: String
  public let objectID: UInt128
  public let objectVersion: Int
  /// The object's title; nil once it has left the market.
  public let title: String?
  public let score: Double
  /// As they were told: JSON, each with `code`, `against`, `remedy`, `text`.
  public let reasons: [UInt8]
  public let at: Instant

  public func write(into json: inout JSONWriter) {
    json.object { json in
      json.string("id", id.text)
      json.string("wish", wish?.text)
      json.string("challenge", challenge?.text)
      json.string("kind", kind)
      json.string("object", Self.text(kind, objectID))
      json.int("object_version", objectVersion)
      json.string("title", title)
      json.double("score", score)
      json.raw("reasons", reasons)
      json.instant("at", at)
    }
  }

  static func text(_ kind: String, _ object: UInt128) -> String {
    kind == Achievement.kind ? ID<Achievement>(bits: object).text : ID<Challenge>(bits: object).text
  }

  init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    wish = try c.next()
    challenge = try c.next()
    kind = try c.next()
    objectID = try c.next(ID<Finding>.self).bits
    objectVersion = try c.next()
    title = try c.next()
    score = try c.next()
    reasons = try c.next(JSONB.self).bytes
    at = try c.next()
  }
}

extension Market {
  /// What a wish has found, the newest first, for those whose wish it is.
  public func findings(of wish: ID<Wish>, for caller: Caller, page: PageRequest) async throws -> Page<Finding> {
    let wish = try await find(wish, for: caller)
    return try await findings("f.wish = \(wish.id)", scope: wish.id.text, page)
  }

  /// What a challenge has found since it was published, the newest first, for its poster alone.
  public func findings(of challenge: ID<Challenge>, for caller: Caller, page: PageRequest) async throws
    -> Page<Finding>
  {
    let challenge = try await find(challenge, for: caller)
    guard caller.organisation == challenge.organisation else {
      throw Refusal.forbidden(needs: [Actor.poster.rawValue])
    }
    return try await findings("f.challenge = \(challenge.id)", scope: challenge.id.text, page)
  }

  private func findings(_ condition: SQL, scope: String, _ page: PageRequest) async throws -> Page<Finding> {
    var condition = condition
    let scope = PageToken.scope(of: "finding", ["of": scope])
    if let token = page.token {
      guard let last = PageToken.open(token, scope: scope, secret: secret) else { throw Refusal.pageTokenMismatch }
      condition += " AND f.id < \(ID<Finding>(bits: last))"
    }
    let rows = try await database.query(
      """
      SELECT f.id, f.wish, f.challenge, f.kind, f.object, f.object_version, coalesce(a.title, c.title), f.score, f.reasons, f.at
      FROM findings f
      LEFT JOIN achievements a ON f.kind = 'achievement' AND a.id = f.object
        AND a.status = ANY(\(Achievement.policy.publicStateList))
      LEFT JOIN challenges c ON f.kind = 'challenge' AND c.id = f.object AND c.status = ANY(\(Challenge.policy.publicStateList))
      WHERE \(sql: condition) ORDER BY f.id DESC LIMIT \(page.size + 1)
      """)
    let items = try rows.prefix(page.size).map { row throws(DecodingFailure) in
      var c = row.columns
      return try Finding(&c)
    }
    let next =
      rows.count > page.size ? items.last.map { PageToken.seal($0.id.bits, scope: scope, secret: secret) } : nil
    return Page(items: items, next: next)
  }
}
