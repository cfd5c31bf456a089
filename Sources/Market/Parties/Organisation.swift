import Postgres

/// A party of the market: university, institute, enterprise, agency, registry or the platform's own operator.
public struct Organisation: Identified, Sendable {
  public static let idPrefix = "org"
  public static let kinds = [
    "university", "institute", "enterprise", "agency", "government", "registry", "operator", "other",
  ]

  public let id: ID<Organisation>
  public let name: String
  public let kind: String
  /// 统一社会信用代码; nil for a party known only by name, as in a published list.
  public let creditCode: String?
  public let region: String
  public let origin: String
  public let version: Int
  public let createdAt: Instant

  static let columns: SQL = "t.id, t.name, t.kind, t.uscc, t.region, t.origin, t.version, t.created_at"

  init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    name = try c.next()
    kind = try c.next()
    creditCode = try c.next()
    region = try c.next()
    origin = try c.next()
    version = try c.next()
    createdAt = try c.next()
  }

  public static let fields: [Field<Organisation>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .text("name", \.name, max: 120, .required, "名称", "name"),
    .code("kind", \.kind, kinds, .required, "类别", "kind"),
    Field("uscc", .creditCode, .optional, nullable: true, Phrase("统一社会信用代码", "unified social credit code")) {
      $1.string($0.creditCode)
    },
    .region("region", \.region, .required, "所在地区(行政区划代码)", "region, GB/T 2260"),
    .code(
      "origin", \.origin, ["real", "constructed"], .optional, "来源性质:真实或虚构示例", "real, or invented for demonstration"),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .instant("created_at", \.createdAt, "登记时间", "recorded at"),
  ]
  public static var inputs: [InputField] { fields.filter(\.isWritable).map(\.input) }
}

/// Organisations and tokens.
enum Party {
  static let constraints: [String: Refusal] = [
    "organisations_uscc": .conflict(
      code: "duplicate_uscc", detail: Phrase("该统一社会信用代码已经登记", "this credit code is registered already")),
    "organisations_name_without_code": .conflict(
      code: "duplicate_name",
      detail: Phrase("同名且无信用代码的单位已经登记", "an organisation of this name without a credit code is registered already")),
    "organisations_region_fkey": .invalid([
      Issue(pointer: "/region", code: "unknown_region", detail: Phrase("行政区划代码不存在", "no such region"))
    ]),
  ]
}

extension Market {
  public func organisation(_ id: ID<Organisation>) async throws -> Organisation {
    let rows = try await database.query("SELECT \(sql: Organisation.columns) FROM organisations t WHERE id = \(id)")
    guard let row = rows.first else { throw Refusal.notFound(Phrase("单位", "organisation")) }
    var c = row.columns
    return try Organisation(&c)
  }
}

extension Work {
  /// Registers an organisation.
  public func register(_ input: Input) async throws -> Organisation {
    let rows = try await tx.query(
      """
      INSERT INTO organisations AS t (id, name, kind, uscc, region, origin)
      VALUES (\(ID<Organisation>()), \(input["name"]), \(input["kind"]), \(input["uscc"]), \(input["region"]), \(input.text("origin") ?? "real"))
      RETURNING \(sql: Organisation.columns)
      """)
    guard let row = rows.first else { throw Refusal.notFound(Phrase("单位", "organisation")) }
    var c = row.columns
    return try Organisation(&c)
  }

  /// The organisation of this name that has no credit code, made when there is none: published lists name holders and no more.
  public func organisationNamed(_ name: String, kind: String, region: String, origin: String) async throws -> ID<
    Organisation
  > {
    let rows = try await tx.query(
      """
      INSERT INTO organisations AS t (id, name, kind, region, origin) VALUES (\(ID<Organisation>()), \(name), \(kind), \(region), \(origin))
      ON CONFLICT (name) WHERE uscc IS NULL DO UPDATE SET name = excluded.name RETURNING t.id
      """)
    guard let row = rows.first else { throw Refusal.notFound(Phrase("单位", "organisation")) }
    return try row.get(0)
  }
}
