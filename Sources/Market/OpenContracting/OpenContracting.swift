import Postgres

/// What is published under the Open Contracting Data Standard: releases as they were made, and the records they add up to.
public struct OpenContracting: Sendable {
  /// What is released is everybody's.
  let database: Database
  let ledger: Ledger

  /// Who publishes, and under which registered prefix.
  public struct Publisher: Sendable {
    public let prefix: String
    public let name: String
    /// Whether the prefix is still the placeholder.
    public var isRegistered: Bool { prefix != "ocds-xxxxxx" }
  }

  /// Releases of any process, in the order of the log.
  public struct Page: Sendable {
    /// Each a whole JSON document.
    public let releases: [[UInt8]]
    /// The date of the newest of them.
    public let newest: Instant?
    /// Where the next page begins; nil when there is nothing more yet.
    public let next: Int64?
  }

  public func publisher() async throws -> Publisher {
    guard let row = try await database.query("SELECT prefix, name FROM ocds_publisher").first else {
      return Publisher(prefix: "ocds-xxxxxx", name: "Jiebang")
    }
    return Publisher(prefix: try row.get(0), name: try row.get(1))
  }

  /// - Parameter cursor: where the page before ended; 0 begins.
  /// - Parameter month: only what was released in this month, as in `2026-03`.
  public func releases(after cursor: Int64, limit: Int, month: String? = nil) async throws -> Page {
    _ = try await ledger.sequence()
    let inMonth: SQL =
      month.map {
        """
        AND EXISTS (SELECT FROM ocds_months m WHERE m.month = \($0) AND r.date >= m.starts_at AND r.date < m.ends_at)
        """
      } ?? ""
    let rows = try await database.query(
      """
      SELECT l.seq, r.date, r.body FROM ledger_leaves l JOIN events e ON e.position = l.position
        JOIN ocds_releases r ON r.event = e.id
      WHERE l.seq > \(cursor) \(sql: inMonth) ORDER BY l.seq LIMIT \(limit + 1)
      """)
    var releases: [[UInt8]] = [], newest: Instant?, last: Int64?
    for row in rows.prefix(limit) {
      last = try row.get(0)
      let date: Instant = try row.get(1)
      newest = max(newest ?? date, date)
      releases.append(Array(try row.get(2, as: String.self).utf8))
    }
    return Page(releases: releases, newest: newest, next: rows.count > limit ? last : nil)
  }

  public func release(_ ocid: String, _ id: String) async throws -> [UInt8] {
    guard id.hasPrefix(ocid + "-"), let number = Int32(id.dropFirst(ocid.utf8.count + 1)),
      let row = try await database.query(
        "SELECT body, date FROM ocds_releases WHERE ocid = \(ocid) AND number = \(number)"
      ).first
    else { throw Refusal.notFound(Self.noun) }
    return Array(try row.get(0, as: String.self).utf8)
  }

  /// One process: its releases, and what they add up to.
  public func record(_ ocid: String) async throws -> (newest: Instant, json: [UInt8]) {
    let rows = try await database.query("SELECT body, date FROM ocds_releases WHERE ocid = \(ocid) ORDER BY number")
    guard let last = rows.last else { throw Refusal.notFound(Self.noun) }
    let bodies = try rows.map { row throws(DecodingFailure) in Array(try row.get(0, as: String.self).utf8) }
    var json = JSONWriter()
    json.object { json in
      json.string("ocid", ocid)
      json.array("releases") { json in for body in bodies { json.raw(body) } }
      json.raw("compiledRelease", ReleaseMerge.compiled(bodies.compactMap { JSONValue.parse($0) }).canonical)
    }
    return (try last.get(1), json.bytes)
  }

  static let noun = Phrase("公开采购发布项", "release or process")
}

extension Market {
  /// All of it is public by making; but some of it is ordered by events that are not, such as the signing of a deal.
  public var openContracting: OpenContracting { OpenContracting(database: database, ledger: ledger) }

  /// Says under which prefix and name releases are published from now on; what was released keeps its id.
  public func setPublisher(prefix: String, name: String) async throws {
    guard prefix.utf8.count == 11, prefix.hasPrefix("ocds-") else {
      throw Refusal.invalid([
        Issue(
          pointer: "/prefix", code: "bad_prefix", detail: Phrase("前缀形如 ocds-a1b2c3", "a prefix looks like ocds-a1b2c3"))
      ])
    }
    _ = try await database.execute("UPDATE ocds_publisher SET prefix = \(prefix), name = \(name)")
  }
}
