import Postgres

/// An answer as it went out: what a repeated request is given again.
public struct StoredAnswer: Sendable, Hashable {
  public let status: Int
  public let headers: [String: String]
  public let body: [UInt8]

  public init(status: Int, headers: [String: String], body: [UInt8]) {
    (self.status, self.headers, self.body) = (status, headers, body)
  }
}

/// Idempotency keys: the key, the effect and the answer are committed together, so a retry finds either nothing or all.
extension Work {
  /// Keeps how long: a client that retries later than this has stopped retrying.
  static let keptHours = 24

  /// Takes hold of a key for the length of this transaction.
  /// - Returns: the answer that the same request was given before; nil when it is new.
  /// - Throws: `keyInFlight` while another transaction holds it, `keyReused` when another request used it.
  public func answered(_ key: String, request: [UInt8]) async throws -> StoredAnswer? {
    let hash = Crypto.sha256(request)
    // Two statements: what the second reads is at least as new as the lock that the first took.
    let answers = try await tx.batch([
      "SELECT pg_try_advisory_xact_lock(hashtextextended(\(principal.text) || \(key), 0))",
      """
      SELECT request_hash, status, headers, body FROM idempotency_keys
      WHERE principal = \(principal) AND key = \(key)
        AND created_at > clock_timestamp() - make_interval(hours => \(Int32(Self.keptHours)))
      """,
    ])
    guard try answers[0].first?.get(0) == true else { throw Refusal.keyInFlight }
    guard let row = answers[1].first else { return nil }
    var c = row.columns
    guard try c.next(Bytea.self).bytes == hash else { throw Refusal.keyReused }
    let status: Int = try c.next(), headers = try c.next(JSONB.self).bytes, body = try c.next(Bytea.self).bytes
    guard case .object(let members) = JSONValue.parse(headers) else {
      return StoredAnswer(status: status, headers: [:], body: body)
    }
    return StoredAnswer(status: status, headers: members.compactMapValues(\.string), body: body)
  }

  /// Keeps the answer under the key, in this transaction.
  public func keep(_ answer: StoredAnswer, under key: String, request: [UInt8]) async throws {
    var headers = JSONWriter()
    headers.object { json in
      for (name, value) in answer.headers.sorted(by: { $0.key < $1.key }) {
        json.string(name, value)
      }
    }
    _ = try await tx.execute(
      """
      INSERT INTO idempotency_keys (principal, key, request_hash, status, headers, body)
      VALUES (\(principal), \(key), \(Bytea(Crypto.sha256(request))), \(Int16(answer.status)), \(JSONB(headers.bytes)), \(Bytea(answer.body)))
      ON CONFLICT (principal, key) DO UPDATE SET request_hash = excluded.request_hash, status = excluded.status,
        headers = excluded.headers, body = excluded.body, created_at = excluded.created_at
      """)
  }

  /// Keys belong to whoever sent them: the token or the sign-in, not the organisation.
  private var principal: ID<Anything> { ID(bits: caller.token?.bits ?? caller.session?.bits ?? 0) }
}

extension Market {
  /// Drops answers that nobody will ask for again, a thousand at a time, and wrong passwords that are a day old.
  func forgetOldAnswers() async throws {
    _ = try await database.execute(
      """
      DELETE FROM failed_sign_ins WHERE bucket IN (
        SELECT bucket FROM failed_sign_ins WHERE last_at < clock_timestamp() - interval '1 day' LIMIT 1000)
      """)
    _ = try await database.execute(
      """
      DELETE FROM idempotency_keys WHERE (principal, key) IN (
        SELECT principal, key FROM idempotency_keys
        WHERE created_at < clock_timestamp() - make_interval(hours => \(Int32(Work.keptHours))) LIMIT 1000)
      """)
  }
}
