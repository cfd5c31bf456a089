import Postgres

/// A month of releases as one file, a release a line, in the order of their dates. Its first release opens it, the clock freezes it when
/// the month is over; from then on it has a hash, which is in the ledger.
public struct ReleaseMonth: Identified {
  public static let idPrefix = "ocm"
  static let kind = "release_month"
  static let noun = Phrase("公开采购数据月度文件", "monthly file of releases")

  public let id: ID<ReleaseMonth>
  /// As `2026-03`, in China's time.
  public let name: String
  public let isFrozen: Bool
  public let releases: Int?
  public let bytes: Int?
  /// `sha256:` and 64 hexadecimal digits, of the file as it is served.
  public let hash: String?
  public let endsAt: Instant

  static let columns: SQL = "id, month, status = 'frozen', releases, bytes, hash, ends_at"

  init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    name = try c.next()
    isFrozen = try c.next()
    releases = try c.next()
    bytes = try c.next()
    hash = try c.next()
    endsAt = try c.next()
  }

  public static let fields: [Field<ReleaseMonth>] = [
    .text("month", \.name, max: 7, .shown, "月份", "month"),
    .flag("frozen", \.isFrozen, .shown, "是否已封存", "whether it is over and will not change"),
    .integer("releases", \.releases, 0...Int.max, .shown, "发布项数(封存后)", "how many releases, once it is frozen"),
    .integer("bytes", \.bytes, 0...Int.max, .shown, "字节数(封存后)", "its length, once it is frozen"),
    .text(
      "hash", \.hash, max: 80, .shown, "文件杂凑值(封存后,存于账本)", "hash of the file, once it is frozen; in the ledger as well"),
    .instant("ends_at", \.endsAt, "封存时间", "it is frozen from this instant on"),
  ]

  /// Releases of the month in the file's order, behind a place.
  fileprivate func page(after last: (Instant, String, Int)?) -> SQL {
    let place: SQL = last.map { "AND (r.date, r.ocid, r.number) > (\($0.0), \($0.1), \(Int32($0.2)))" } ?? ""
    return """
      SELECT r.date, r.ocid, r.number, r.body FROM ocds_releases r JOIN ocds_months m ON m.id = \(id)
      WHERE r.date >= m.starts_at AND r.date < m.ends_at \(sql: place) ORDER BY r.date, r.ocid, r.number LIMIT 500
      """
  }

  /// Reads the file in pieces of whole lines.
  /// - Returns: how many lines there were.
  @discardableResult
  func read(_ query: (SQL) async throws -> Rows, _ write: ([UInt8]) async throws -> Void) async throws -> Int {
    var last: (Instant, String, Int)?, count = 0
    while true {
      let rows = try await query(page(after: last))
      var piece: [UInt8] = []
      for row in rows {
        piece += Array(try row.get(3, as: String.self).utf8) + [10]
        last = (try row.get(0), try row.get(1), try row.get(2))
      }
      count += rows.count
      if rows.isEmpty { return count }
      try await write(piece)
    }
  }
}

extension OpenContracting {
  /// Every month in which something was released, oldest first.
  public func months() async throws -> [ReleaseMonth] {
    try await database.query("SELECT \(sql: ReleaseMonth.columns) FROM ocds_months ORDER BY month").map {
      row throws(DecodingFailure) in
      var c = row.columns
      return try ReleaseMonth(&c)
    }
  }

  public func month(_ name: String) async throws -> ReleaseMonth {
    let rows = try await database.query("SELECT \(sql: ReleaseMonth.columns) FROM ocds_months WHERE month = \(name)")
    guard let row = rows.first else { throw Refusal.notFound(ReleaseMonth.noun) }
    var c = row.columns
    return try ReleaseMonth(&c)
  }

  /// Writes a month's file.
  public func write(_ month: ReleaseMonth, _ write: ([UInt8]) async throws -> Void) async throws {
    try await month.read({ try await database.query($0) }, write)
  }
}

extension Work {
  /// Freezes a month that is over. Releases that were on their way are waited for; none comes after.
  func freeze(_ id: ID<ReleaseMonth>) async throws {
    let rows = try await tx.query(
      "SELECT \(sql: ReleaseMonth.columns) FROM ocds_months WHERE id = \(id) AND status = 'open' AND ends_at <= market_now() FOR UPDATE"
    )
    guard let row = rows.first else { throw Refusal.notFound(ReleaseMonth.noun) }
    var c = row.columns
    let month = try ReleaseMonth(&c)
    let hash = RunningHash(.sha256)
    var bytes = 0
    let count = try await month.read({ try await tx.query($0) }) { piece in
      hash.add(piece)
      bytes += piece.count
    }
    let digest = "sha256:" + hash.finish().hex
    _ = try await tx.execute(
      """
      UPDATE ocds_months SET status = 'frozen', releases = \(Int64(count)), bytes = \(Int64(bytes)), hash = \(digest) WHERE id = \(id)
      """)
    try await note(ReleaseMonth.kind, ID(bits: id.bits), "freeze", isPublic: true) { json in
      json.string("month", month.name)
      json.int("releases", count)
      json.int("bytes", bytes)
      json.string("hash", digest)
    }
  }
}
