import MatchEngine
import Postgres
import Synchronization

extension Matcher {
  private static let consumer = "findings"

  /// Looks what has been published since the last look and tells those who wait for it: a finding and an event each, in one
  /// transaction with the place in the log up to which has been looked. Of two servers that look at once one writes; the other
  /// finds the place moved on and leaves it at that.
  /// - Returns: how many were told.
  @discardableResult
  public func tellFindings() async throws -> Int {
    var told = 0
    while true {
      // Not beyond what this server has in its indexes and among its wishes.
      let seen = state.withLock { $0.cursor }
      guard seen != looked.withLock({ $0 }) else { return told }
      let place = try await market.events.place(of: Self.consumer)
      let events = try await market.events.read(after: place, limit: 500, as: nil).prefix { $0.cursor.seq <= seen.seq }
      guard let last = events.last?.cursor else {
        looked.withLock { $0 = seen }
        return told
      }
      let news = try await news(Achievement.self, in: events) + news(Challenge.self, in: events)
      told += try await market.work(as: .system) { work in
        guard try await work.moveOn(Self.consumer, from: place, to: last) else { return 0 }
        var told = 0
        for one in news { told += try await work.tell(one) }
        return told
      }
    }
  }

  /// What entered the market in these events and is still there, with those who wait for it.
  private func news<O: Matchable>(_: O.Type, in events: some Sequence<Event>) async throws -> [News] {
    let published = events.filter {
      $0.kind == O.kind && $0.to == O.matchedState.rawValue && $0.from != O.matchedState.rawValue
    }
    let versions = Dictionary(published.map { ($0.objectID, $0.version) }, uniquingKeysWith: max)
    guard !versions.isEmpty else { return [] }
    let objects = try await read(O.self, versions.keys.map { ID(bits: $0) }).filter { $0.state == O.matchedState }
    return await offLoop {
      let now = self.state.withLock { $0 }
      return objects.map { object in
        News(
          kind: O.kind, object: object.id.bits, version: versions[object.id.bits] ?? object.version,
          organisation: object.organisation,
          answered: self.standing.withLock { O.answered(by: object.matchDocument, among: &$0, now) })
      }
    }
  }
}

/// Something that was published, and the wishes and challenges that it answers.
struct News: Sendable {
  let kind: String
  let object: UInt128
  let version: Int
  let organisation: ID<Organisation>
  let answered: [Match]
}

extension Work {
  /// Writes down what was found, for those who still wait, the object's own organisation excepted.
  fileprivate func tell(_ news: News) async throws -> Int {
    guard !news.answered.isEmpty else { return 0 }
    let rows = try await tx.execute(
      """
      WITH told AS (
        SELECT * FROM unnest(\(news.answered.map { _ in ID<Finding>() }), \(news.answered.map { _ in ID<Event>() }),
          \(news.answered.map { ID<Finding>(bits: $0.key) }), \(news.answered.map(\.score)),
          \(news.answered.map(\.told))) AS n (id, event, key, score, reasons)),
      waiting AS (
        SELECT id, organisation, version, id AS wish, NULL::uuid AS challenge FROM wishes
        WHERE id IN (SELECT key FROM told) AND status = 'active'
        UNION ALL
        SELECT id, organisation, version, NULL, id FROM challenges
        WHERE id IN (SELECT key FROM told) AND status = \(Challenge.matchedState.rawValue)),
      written AS (
        INSERT INTO findings (id, organisation, wish, challenge, kind, object, object_version, score, reasons)
        SELECT t.id, w.organisation, w.wish, w.challenge, \(news.kind), \(ID<Finding>(bits: news.object)), \(news.version),
          t.score, t.reasons::jsonb
        FROM told t JOIN waiting w ON w.id = t.key
        WHERE w.organisation <> \(news.organisation)
        ON CONFLICT ON CONSTRAINT findings_once DO NOTHING
        RETURNING id, organisation, wish, challenge, score)
      INSERT INTO events (id, kind, object_id, action, from_state, to_state, version, actor_role, actor_org, actor_token,
        public, audience, sealed, payload)
      SELECT t.event, CASE WHEN f.wish IS NULL THEN 'match' ELSE 'wish' END, w.id, 'found', NULL, NULL, w.version,
        \(caller.roleName), NULL, NULL, false, ARRAY[f.organisation], true,
        jsonb_build_object('kind', \(news.kind)::text, 'object', \(Finding.text(news.kind, news.object))::text,
          'object_version', \(news.version)::int, 'score', f.score)
      FROM written f JOIN told t ON t.id = f.id JOIN waiting w ON w.id = coalesce(f.wish, f.challenge)
      RETURNING 1
      """)
    return rows.count
  }
}

extension Match {
  /// The reasons as they are kept: what a broker would say, as JSON.
  fileprivate var told: String {
    var json = JSONWriter()
    json.array { json in for reason in reasons { json.reason(reason) } }
    return String(decoding: json.bytes, as: UTF8.self)
  }
}
