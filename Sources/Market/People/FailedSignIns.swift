import Postgres

/// Slows down who guesses passwords, and nobody else. A try is counted before it is looked at, in a bucket:
///
/// - from a place that the person has signed in from before (a device that shows its secret, or an address), in the bucket of that
///   person at that place;
/// - from anywhere else, in the bucket of the account and in that of the address.
///
/// Past the free ones each failure doubles the wait, up to the longest. So a stranger who tries an account from all over the world
/// fills the strangers' bucket and waits; the owner, at a place of their own, has a bucket to themselves and does not. A login that
/// nobody has is counted like any other.
struct FailedSignIns: Sendable {
  let market: Market

  struct Bucket: Sendable {
    let key: Bytea
    let free: Int64
  }

  /// The buckets that a try is counted in.
  func buckets(login: String, address: String, person: ID<Person>?, device: String?) async throws -> [Bucket] {
    let account = try market.rulebook.setting(.freeFailuresAccount)
    // Asked for a login that nobody has as well: it is to take no less time.
    if let place = try await knownPlace(of: person ?? ID(bits: 0), address: address, device: device) {
      return [Bucket(key: key("place", login, place.hex), free: account)]
    }
    return [
      Bucket(key: key("account", login, ""), free: account),
      Bucket(key: key("address", "", address), free: try market.rulebook.setting(.freeFailuresAddress)),
    ]
  }

  /// Counts a try in each bucket, before it is looked at, so that many at once are not one.
  /// - Throws: `tooManyFailures` while one of them is blocked.
  func charge(_ buckets: [Bucket]) async throws {
    let longest = Int32(try market.rulebook.setting(.longestWaitMinutes)) * 60
    for bucket in buckets {
      let rows = try await market.database.query(
        """
        INSERT INTO failed_sign_ins AS f (bucket, failures, last_at, blocked_until)
        VALUES (\(bucket.key), 1, clock_timestamp(), clock_timestamp())
        ON CONFLICT (bucket) DO UPDATE SET
          failures = CASE WHEN f.last_at < clock_timestamp() - interval '1 day' THEN 1 ELSE f.failures + 1 END,
          last_at = clock_timestamp(),
          blocked_until = CASE WHEN f.last_at < clock_timestamp() - interval '1 day' OR f.failures < \(bucket.free) THEN clock_timestamp()
            ELSE clock_timestamp() + make_interval(secs => least(\(longest)::int, 2 ^ least(f.failures - \(bucket.free) + 1, 20))::double precision) END
        WHERE f.blocked_until <= clock_timestamp()
        RETURNING failures
        """)
      if rows.isEmpty {
        let wait = try await market.database.query(
          "SELECT ceil(extract(epoch FROM blocked_until - clock_timestamp()))::int FROM failed_sign_ins WHERE bucket = \(bucket.key)")
        throw Refusal.tooManyFailures(retryAfter: max(1, try wait.first?.get(0) ?? 1))
      }
    }
  }

  /// A try that was right does not count: its own bucket begins anew, the others are given it back. An address pays on for what it
  /// tried on other accounts.
  func forgive(_ buckets: [Bucket]) async throws {
    guard let own = buckets.first else { return }
    _ = try await market.database.execute("DELETE FROM failed_sign_ins WHERE bucket = \(own.key)")
    for other in buckets.dropFirst() {
      _ = try await market.database.execute(
        "UPDATE failed_sign_ins SET failures = greatest(failures - 1, 0), blocked_until = clock_timestamp() WHERE bucket = \(other.key)"
      )
    }
  }

  // MARK: Places

  private func knownPlace(of person: ID<Person>, address: String, device: String?) async throws -> [UInt8]? {
    let places = places(address: address, device: device)
    let rows = try await market.database.query(
      """
      SELECT place FROM known_places WHERE person = \(person) AND place = ANY(\(places))
        AND seen_at > market_now() - make_interval(days => \(Int32(try market.rulebook.setting(.placeKnown))))
      ORDER BY place LIMIT 1
      """)
    return try rows.first?.get(0, as: Bytea.self).bytes
  }

  /// A place as it is kept: what can be compared, and not read.
  func places(address: String, device: String?) -> [Bytea] {
    [key("at", "", address)] + (device.map { [key("on", "", $0)] } ?? [])
  }

  private func key(_ kind: String, _ login: String, _ place: String) -> Bytea {
    Bytea(Crypto.hmacSHA256(key: market.secret, Array("\(kind)\n\(login)\n\(place)".utf8)))
  }
}

extension Work {
  /// Remembers where a person signed in from.
  func remember(_ places: [Bytea], of person: ID<Person>) async throws {
    for place in places {
      _ = try await tx.execute(
        """
        INSERT INTO known_places (person, place) VALUES (\(person), \(place))
        ON CONFLICT (person, place) DO UPDATE SET seen_at = excluded.seen_at
        """)
    }
  }
}
