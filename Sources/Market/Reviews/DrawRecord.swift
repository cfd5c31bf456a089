import Postgres

/// A draw as it is published: everything that it takes to draw again.
public enum DrawRecord {
  public static let shown: [InputField] = [
    InputField("panel", .reference(Panel.idPrefix), Phrase("评审组", "panel")),
    InputField("hash", .code(HashAlgorithm.allCases.map(\.rawValue)), Phrase("散列算法", "hash")),
    InputField("size", .integer(1...99), Phrase("人数", "members")),
    InputField("industry_seats", .integer(0...99), Phrase("产业界席位至少", "seats of industry at least")),
    InputField("pool_digest", .text(max: 64), Phrase("名单摘要", "digest of the list")),
    InputField(
      "pool",
      .records(
        maxItems: .max,
        [
          InputField("expert", .reference(Expert.idPrefix), Phrase("专家", "expert")),
          InputField("industry", .flag, Phrase("产业界", "of industry")),
          InputField("ticket", .text(max: 64), required: false, Phrase("签号", "ticket")),
          InputField("status", .code(PanelSeat.states), Phrase("状态", "state")),
        ]), Phrase("冻结的名单,抽签后按签号排序", "the frozen list, after the draw in the order of the tickets")),
    InputField("head", .integer(1...Int.max), required: false, Phrase("种子所在签名的序号", "number of the head")),
    InputField("seed", .text(max: 64), required: false, Phrase("种子", "seed")),
    InputField("outside_source", .text(max: 300), required: false, Phrase("外部公开数的来源", "source of the outside number")),
    InputField("outside_value", .text(max: 100), required: false, Phrase("外部公开数", "outside number")),
  ]

  private static let fallen: Set<String> = ["declined", "recused"]
  private static let sitting: Set<String> = ["seated", "accepted"]

  /// Draws again from a published record.
  /// - Returns: who sits.
  /// - Throws: `LedgerFault` with the first thing that does not fit.
  public static func verify(_ json: JSONValue) throws(LedgerFault) -> [String] {
    guard let panel = json["panel"]?.string, let hash = json["hash"]?.string.flatMap({ HashAlgorithm(rawValue: $0) }),
      let size = json["size"]?.integer, let industrySeats = json["industry_seats"]?.integer,
      let rows = json["pool"]?.array
    else { throw LedgerFault("不是抽签记录", "is not the record of a draw") }
    let draw = PanelDraw(hash, panel: panel, size: size, industrySeats: industrySeats)
    let pool = rows.map {
      PanelDraw.Entrant($0["expert"]?.string ?? "", isIndustry: $0["industry"]?.bool ?? false)
    }
    guard draw.digest(pool) == json["pool_digest"]?.string else {
      throw LedgerFault("名单与冻结时的摘要不符", "the list is not the one that was frozen")
    }
    guard let seed = json["seed"]?.string else { throw LedgerFault("尚未抽签", "has not been drawn yet") }
    let order = draw.order(pool, seed: seed, outside: json["outside_value"]?.string)
    guard order.map(\.entrant) == pool, order.map(\.ticket) == rows.map({ $0["ticket"]?.string }) else {
      throw LedgerFault("签号或顺序与种子不符", "tickets or order do not follow from the seed")
    }
    func experts(_ states: Set<String>) -> [String] {
      rows.filter { states.contains($0["status"]?.string ?? "") }.compactMap { $0["expert"]?.string }
    }
    let seats = draw.seats(pool, without: Set(experts(fallen)))
    guard seats == experts(sitting) else {
      throw LedgerFault("席位与抽签规则不符", "the seats do not follow from the order")
    }
    return seats
  }
}

extension Market {
  /// What there is of a panel's draw, for everybody.
  public func drawRecord(of id: ID<Panel>, for caller: Caller) async throws -> [UInt8] {
    let panel = try await find(id, for: caller)
    let rows = try await database.query(
      """
      SELECT expert, kind, ticket, status FROM panel_candidates WHERE panel = \(id) AND status <> 'excluded'
      ORDER BY place, expert
      """)
    var json = JSONWriter()
    try json.object { json in
      json.string("panel", panel.id.text)
      json.string("hash", ledger.name.suite.hash.rawValue)
      json.int("size", panel.size)
      json.int("industry_seats", panel.industrySeats)
      json.string("pool_digest", panel.poolDigest)
      try json.array("pool") { json in
        for row in rows {
          let expert: ID<Expert> = try row.get(0), kind: String = try row.get(1), ticket: String? = try row.get(2)
          let status: String = try row.get(3)
          json.object { json in
            json.string("expert", expert.text)
            json.bool("industry", Expert.industryKinds.contains(kind))
            json.string("ticket", ticket)
            json.string("status", status)
          }
        }
      }
      json.key("head")
      if let head = panel.head { json.int(head) } else { json.null() }
      json.string("seed", panel.seed)
      json.string("outside_source", panel.outsideSource)
      json.string("outside_value", panel.outsideValue)
    }
    return json.bytes
  }
}
