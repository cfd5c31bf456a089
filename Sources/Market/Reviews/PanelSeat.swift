import Postgres

/// One of those that a panel's draw fell on.
public struct PanelSeat: Sendable {
  public static let states = ["excluded", "waiting", "seated", "accepted", "declined", "recused"]

  public let expert: ID<Expert>
  public let name: String
  public let organisationName: String
  public let kind: String
  public let status: String
  /// In the order of the tickets.
  public let place: Int?
  /// Why not, for the supervisor.
  public let ground: String?
  public let statement: String?
  /// How many bids the member has judged: not how.
  public let sheets: Int

  public static let shown: [InputField] = [
    InputField("expert", .reference(Expert.idPrefix), Phrase("专家", "expert")),
    InputField("name", .text(max: 60), Phrase("姓名(已遮盖)", "name, masked")),
    InputField("organisation_name", .text(max: 120), Phrase("所在单位", "employer")),
    InputField("kind", .code(Expert.kinds), Phrase("类别", "kind")),
    InputField("status", .code(states), Phrase("状态", "state")),
    InputField("place", .integer(1...Int(Int32.max)), required: false, Phrase("抽签顺序", "place in the order")),
    InputField("ground", .text(max: 40), required: false, Phrase("回避或缺席的理由(监督方可见)", "ground, for the supervisor")),
    InputField("statement", .text(max: 1000), required: false, Phrase("说明(监督方可见)", "statement, for the supervisor")),
    InputField("sheets", .integer(0...Int(Int32.max)), Phrase("已评份数", "bids judged")),
  ]

  public func write(into json: inout JSONWriter) {
    json.object { json in
      json.string("expert", expert.text)
      json.string("name", name)
      json.string("organisation_name", organisationName)
      json.string("kind", kind)
      json.string("status", status)
      json.key("place")
      if let place { json.int(place) } else { json.null() }
      json.string("ground", ground)
      json.string("statement", statement)
      json.int("sheets", sheets)
    }
  }
}

extension Market {
  /// Those on a panel, and for the supervisor those left out: for the staff that runs it, who have to reach them.
  public func seats(of id: ID<Panel>, for caller: Caller) async throws -> [PanelSeat] {
    let panel = try await find(id, for: caller), standing = panel.standing(of: caller)
    let isSupervisor = standing.contains(.supervisor) || caller.isSystem
    guard isSupervisor || standing.contains(.operator) else {
      throw Refusal.forbidden(needs: [Actor.operator.rawValue, Actor.supervisor.rawValue])
    }
    return try await database.query(
      """
      SELECT m.expert, p.name, o.name, m.kind, m.status, m.place, CASE WHEN \(isSupervisor) THEN m.ground END,
        CASE WHEN \(isSupervisor) THEN m.statement END,
        (SELECT count(*) FROM panel_sheets s WHERE s.panel = m.panel AND s.expert = m.expert)
      FROM panel_candidates m JOIN experts e ON e.id = m.expert JOIN people p ON p.id = e.person
        JOIN organisations o ON o.id = e.organisation
      WHERE m.panel = \(id) AND (\(isSupervisor) OR m.status IN ('seated', 'accepted', 'declined', 'recused'))
      ORDER BY m.place NULLS LAST, m.expert
      """
    ).map { row throws(DecodingFailure) in
      var c = row.columns
      return PanelSeat(
        expert: try c.next(), name: Expert.masked(try c.next()), organisationName: try c.next(), kind: try c.next(),
        status: try c.next(), place: try c.next(), ground: try c.next(), statement: try c.next(), sheets: try c.next())
    }
  }
}
