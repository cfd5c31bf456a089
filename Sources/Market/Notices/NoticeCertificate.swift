import Postgres

/// 公示无异议证明: that a notice ran its whole time, and what became of the objections to it. The same whenever it is asked for.
public struct NoticeCertificate: Sendable {
  public let notice: Notice
  /// Objections by what became of them; their makers are nobody's business.
  public let objections: [(outcome: String, count: Int)]

  public var received: Int { objections.reduce(0) { $0 + $1.count } }

  /// The sentence that is certified.
  public var statement: String {
    let number = notice.number ?? "", span = notice.span ?? ""
    guard received > 0 else { return "\(number)于 \(span)。公示期内未收到异议。" }
    let words = objections.map { "\(Self.words[$0.outcome] ?? $0.outcome) \($0.count) 件" }.joined(separator: ",")
    return "\(number)于 \(span)。公示期内收到异议 \(received) 件:\(words);期满时没有未办结的异议,没有成立的异议。"
  }

  private static let words = ["rejected": "不予受理", "dismissed": "不成立", "appealed": "复核中", "upheld_on_appeal": "复核成立"]

  public var text: String {
    [
      "公示无异议证明", "", "公示:\(notice.headline)", "类别:\(notice.kindTitle.zh)", "公示单位:\(notice.organisationName)", statement,
      "依据:\(notice.legalBasis ?? "")", "内容摘要:\(notice.hash ?? "")", "公示标识:\(notice.id.text)", "",
    ].joined(separator: "\n")
  }

  public func write(into json: inout JSONWriter) {
    json.object { json in
      json.string("notice", notice.id.text)
      json.string("number", notice.number)
      json.string("title", notice.title)
      json.string("kind", notice.noticeKind)
      json.string("organisation_name", notice.organisationName)
      for (name, instant) in [
        ("published_at", notice.publishedAt), ("ends_at", notice.endsAt), ("closed_at", notice.closedAt),
      ] { json.string(name, instant?.text) }
      json.int("period_days", notice.periodDays ?? 0)
      json.string("period_unit", notice.periodUnit)
      json.string("rule", notice.rule)
      json.string("legal_basis", notice.legalBasis)
      json.string("hash", notice.hash)
      json.int("objections_received", received)
      json.object("objections") { json in for each in objections { json.int(each.outcome, each.count) } }
      json.string("statement", statement)
    }
  }
}

extension Market {
  /// - Throws: `notFound` while there is nothing to certify.
  public func certificate(of id: ID<Notice>, for caller: Caller) async throws -> NoticeCertificate {
    let notice = try await find(id, for: caller)
    guard notice.state == .closedClean else { throw Refusal.notFound(Phrase("公示证明", "certificate")) }
    let rows = try await database.query(
      """
      SELECT CASE WHEN status <> 'final' THEN status WHEN outcome = 'upheld' THEN 'upheld_on_appeal' ELSE outcome END, count(*)
      FROM objections WHERE notice = \(id) GROUP BY 1 ORDER BY 1
      """)
    return NoticeCertificate(
      notice: notice,
      objections: try rows.map { row throws(DecodingFailure) in (try row.get(0), try row.get(1)) })
  }

  /// A notice by its number. - Throws: `notFound` where there is none.
  public func notice(year: Int, sequence: Int, for caller: Caller) async throws -> Notice {
    let rows = try await reader(for: caller).query(
      "SELECT id FROM notices WHERE year = \(Int32(clamping: year)) AND sequence = \(Int32(clamping: sequence)) AND status <> 'draft'"
    )
    guard let row = rows.first else { throw Refusal.notFound(Notice.noun) }
    return try await find(try row.get(0, as: ID<Notice>.self), for: caller)
  }

  /// What everybody may know of, the last changed first.
  public func latestNotices(_ count: Int) async throws -> [Notice] {
    let rows = try await publicDatabase.query(
      """
      SELECT \(sql: Notice.columns) FROM \(sql: Notice.from(Notice.table)) WHERE t.status <> 'draft'
      ORDER BY t.updated_at DESC, t.id DESC LIMIT \(count)
      """)
    return try rows.map { row throws(DecodingFailure) in
      var c = row.columns
      return try Notice(&c)
    }
  }

  /// The same for ever for this deployment, and not its secret.
  public var feedID: String {
    let bits = HashAlgorithm.sha256.hmac(key: secret, Array("notices.atom".utf8)).prefix(16)
    return bits.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }.uuidText
  }
}

extension UInt128 {
  /// As a URN's UUID is written.
  public var uuidText: String {
    let hex = (0..<16).map { [UInt8(truncatingIfNeeded: self >> UInt128(120 - 8 * $0))].hex }.joined()
    var parts: [Substring] = [], rest = hex[...]
    for width in [8, 4, 4, 4, 12] {
      parts.append(rest.prefix(width))
      rest = rest.dropFirst(width)
    }
    return parts.joined(separator: "-")
  }
}
