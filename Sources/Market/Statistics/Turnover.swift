import Postgres

/// 技术合同成交额: what was registered in a period, less what was cancelled in it, whole or in one cut.
public struct Turnover: Sendable {
  /// A cut of the figure: a name and the columns it groups by. To add one, add a row.
  public struct Cut: Sendable {
    public let name: String
    public let columns: [Column]
    public let doc: Phrase
  }

  public struct Column: Sendable {
    public let name: String
    let expression: SQL
    public let doc: Phrase
  }

  public static let cuts: [Cut] = [
    Cut(name: "none", columns: [], doc: Phrase("合计", "the whole")),
    Cut(name: "contract_type", columns: [type], doc: Phrase("按合同类型", "by contract type")),
    Cut(name: "technology_field", columns: [field], doc: Phrase("按技术领域", "by technology field")),
    Cut(name: "seller_region", columns: [sellerRegion], doc: Phrase("按输出地区", "by seller's region: output")),
    Cut(name: "buyer_region", columns: [buyerRegion], doc: Phrase("按吸纳地区", "by buyer's region: absorption")),
    Cut(name: "flow", columns: [sellerRegion, buyerRegion], doc: Phrase("按流向", "by seller's and buyer's region")),
    Cut(name: "month", columns: [month], doc: Phrase("按月", "by month")),
    Cut(name: "quarter", columns: [quarter], doc: Phrase("按季度", "by quarter")),
    Cut(name: "year", columns: [year], doc: Phrase("按年", "by year")),
  ]

  private static let type = Column(
    name: "contract_type", expression: "contract_type", doc: Phrase("合同类型", "contract type"))
  private static let field = Column(
    name: "technology_field", expression: "technology_field", doc: Phrase("技术领域", "technology field"))
  private static let sellerRegion = Column(
    name: "seller_region", expression: "seller_region", doc: Phrase("输出地区", "seller's region"))
  private static let buyerRegion = Column(
    name: "buyer_region", expression: "buyer_region", doc: Phrase("吸纳地区", "buyer's region"))
  private static let month = Column(
    name: "month", expression: "to_char(booked_on, 'YYYY-MM')", doc: Phrase("月份", "month"))
  private static let quarter = Column(
    name: "quarter", expression: "to_char(booked_on, 'YYYY-\"Q\"Q')", doc: Phrase("季度", "quarter"))
  private static let year = Column(name: "year", expression: "to_char(booked_on, 'YYYY')", doc: Phrase("年份", "year"))

  public struct Row: Sendable, Hashable {
    /// The cut's own columns, in its order.
    public let keys: [String]
    public let contracts: Int
    public let totalAmount: Money
    public let technicalAmount: Money
  }

  public let cut: Cut
  public let from: CivilDate
  public let to: CivilDate
  public let asOf: Instant
  public let rows: [Row]
}

extension Turnover {
  public func write(into json: inout JSONWriter) {
    json.object { json in
      json.instant("as_of", asOf)
      json.string("from", from.text)
      json.string("to", to.text)
      json.string("by", cut.name)
      json.array("rows") { json in
        for row in rows {
          json.object { json in
            for (column, key) in zip(cut.columns, row.keys) { json.string(column.name, key) }
            json.int("contracts", row.contracts)
            json.money("total_amount", row.totalAmount)
            json.money("technical_amount", row.technicalAmount)
          }
        }
      }
    }
  }
}

extension Market {
  /// Turnover of a period, both ends included, in one cut. Without entries there are no rows, but for the whole, which is zero.
  public func turnover(from: CivilDate, to: CivilDate, by cut: Turnover.Cut) async throws -> Turnover {
    var select: SQL = "market_now()", group: SQL = ""
    for (i, column) in cut.columns.enumerated() {
      select += ", \(sql: column.expression)"
      group += i == 0 ? "GROUP BY \(sql: column.expression)" : ", \(sql: column.expression)"
    }
    let order: SQL =
      cut.columns.isEmpty
      ? "" : SQL(unsafe: "ORDER BY " + (2...(cut.columns.count + 1)).map(String.init).joined(separator: ", "))
    let rows = try await database.query(
      """
      SELECT \(sql: select), coalesce(sum(contracts), 0)::bigint, coalesce(sum(total_amount), 0)::bigint,
        coalesce(sum(technical_amount), 0)::bigint
      FROM turnover_entries WHERE booked_on BETWEEN \(from) AND \(to) \(sql: group) \(sql: order)
      """)
    let asOf: Instant = try await database.query("SELECT market_now()").first?.get(0) ?? Instant(microseconds: 0)
    return Turnover(
      cut: cut, from: from, to: to, asOf: asOf,
      rows: try rows.map { row throws(DecodingFailure) in
        var c = row.columns
        _ = try c.next(Instant.self)
        var keys: [String] = []
        for _ in cut.columns { keys.append(try c.next()) }
        return Turnover.Row(
          keys: keys, contracts: try c.next(), totalAmount: try c.next(), technicalAmount: try c.next())
      })
  }

  /// The same figures from the contracts themselves, by type and field: what the ledger is reconciled against.
  /// - Returns: differences as readable lines; none when ledger and register agree.
  public func reconcileTurnover() async throws -> [String] {
    let rows = try await database.query(
      """
      SELECT c.id, c.status FROM contracts c
      LEFT JOIN turnover_entries r ON r.contract = c.id AND r.entry = 'registration'
      LEFT JOIN turnover_entries x ON x.contract = c.id AND x.entry = 'cancellation'
      WHERE (c.status IN ('registered', 'cancelled')) <> (r.contract IS NOT NULL) OR (c.status = 'cancelled') <> (x.contract IS NOT NULL)
        OR (r.contract IS NOT NULL AND (r.total_amount, r.technical_amount) IS DISTINCT FROM (c.total_amount::bigint, c.technical_amount::bigint))
        OR (x.contract IS NOT NULL AND (x.total_amount, x.technical_amount) IS DISTINCT FROM (-c.total_amount::bigint, -c.technical_amount::bigint))
      ORDER BY c.id LIMIT 100
      """)
    return try rows.map { row in
      "\(try row.get(0, as: ID<Contract>.self)): \(try row.get(1, as: String.self)) disagrees with the ledger"
    }
  }
}
