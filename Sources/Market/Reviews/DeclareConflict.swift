import Postgres

/// What a drawn expert says before anything else: that nothing stands in the way, or what does.
public enum PanelDeclaration {
  public static let inputs: [InputField] = [
    InputField("accepts", .flag, Phrase("接受评审并声明无利害关系", "accepts, and declares that there is no conflict")),
    InputField(
      "ground", .code(ExpertRelation.registered), required: false, Phrase("不接受时:回避的理由", "when not: the ground")),
    InputField("statement", .text(max: 1000), required: false, Phrase("说明", "statement")),
  ]
  /// Recusal by the supervisor; `no_answer` is who does not come.
  public static let recusal: [InputField] = [
    InputField("expert", .reference(Expert.idPrefix), Phrase("专家", "expert")),
    InputField("ground", .code(ExpertRelation.grounds.map(\.code) + ["no_answer"]), Phrase("理由", "ground")),
    InputField("statement", .text(max: 1000), Phrase("说明", "statement")),
  ]
  public static let shown: [InputField] = [
    InputField("panel", .reference(Panel.idPrefix), Phrase("评审组", "panel")),
    InputField("challenge_title", .text(max: 200), Phrase("题目名称", "challenge's title")),
    InputField("panel_status", .code(Panel.State.allCases.map(\.rawValue)), Phrase("评审组状态", "the panel's state")),
    InputField("status", .code(PanelSeat.states), Phrase("本人状态", "one's own state")),
  ]
}

/// A seat as the expert sees it.
public struct PanelDuty: Sendable {
  public let panel: ID<Panel>
  public let challengeTitle: String
  public let panelState: Panel.State
  public let status: String

  public func write(into json: inout JSONWriter) {
    json.object { json in
      json.string("panel", panel.text)
      json.string("challenge_title", challengeTitle)
      json.string("panel_status", panelState.rawValue)
      json.string("status", status)
    }
  }
}

extension Work {
  /// The caller's candidature; to whoever was never drawn, there is none.
  func ownSeat(in panel: ID<Panel>) async throws -> (expert: ID<Expert>, status: String, ground: String?) {
    guard caller.role == .reviewer, let person = caller.person else {
      throw Refusal.forbidden(needs: [Role.reviewer.rawValue])
    }
    let rows = try await tx.query(
      """
      SELECT m.expert, m.status, m.ground FROM panel_candidates m JOIN experts e ON e.id = m.expert
      WHERE m.panel = \(panel) AND e.person = \(person)
      """)
    guard let row = rows.first, case let status = try row.get(1, as: String.self), status != "waiting" else {
      throw Refusal.forbidden(needs: ["member"])
    }
    let ground: String? = try row.get(2)
    if status == "excluded" || status == "recused" { throw Refusal.recused(ground: ground ?? "other") }
    return (try row.get(0), status, ground)
  }

  /// A drawn expert accepts, declaring that there is no conflict, or makes room for the next; a member may do the latter as long as
  /// the review runs. What the market knows of a conflict outweighs what is declared.
  public func declare(on id: ID<Panel>, _ input: Input) async throws -> PanelDuty {
    let (panel, now) = try await lock(id), (expert, status, _) = try await ownSeat(in: id)
    guard panel.state == .drawn || panel.state == .reviewing else { throw Refusal.panelNotOpen }
    guard status == "seated" || (status == "accepted" && input.flag("accepts") == false) else {
      throw Refusal.conflict(code: "already_declared", detail: Phrase("您已作出声明", "you have declared already"))
    }
    if input.flag("accepts") == true {
      try await market.expectNoConflict(of: expert, with: panel, tx)
      try await mark(expert, of: panel, "accepted", nil, input.text("statement"))
      try await tell(panel, "accept", expert)
      let taken = try await read(id)
      if panel.state == .drawn, taken.accepted >= taken.size {
        try await asSystem.move(taken, now, .begin, .object([:]))
      }
    } else {
      try await mark(expert, of: panel, "declined", input.text("ground"), input.text("statement"))
      try await tell(panel, "decline", expert)
      try await refill(panel)
    }
    let left = try await read(id)
    return PanelDuty(
      panel: id, challengeTitle: left.challengeTitle, panelState: left.state,
      status: input.flag("accepts") == true ? "accepted" : "declined")
  }

  /// 回避: the supervisor takes a member off, on a ground. While the award is thought over again, the sheets are counted without
  /// that member's.
  public func recuse(from id: ID<Panel>, _ input: Input) async throws -> Panel {
    // The challenge first, as everybody who moves it does.
    let rows = try await tx.query(
      "SELECT c.id FROM challenges c JOIN panels p ON p.challenge = c.id WHERE p.id = \(id) FOR NO KEY UPDATE OF c")
    guard !rows.isEmpty else { throw Refusal.notFound(Panel.noun) }
    let (panel, now) = try await lock(id)
    guard panel.standing(of: caller).contains(.supervisor) else {
      throw Refusal.forbidden(needs: [Actor.supervisor.rawValue])
    }
    guard let expert: ID<Expert> = input.id("expert"), let ground = input.text("ground") else {
      throw Refusal.malformedJSON
    }
    let isReopened = panel.state == .closed && panel.challengeState == Challenge.State.evaluating.rawValue
    guard [.drawn, .reviewing].contains(panel.state) || isReopened else { throw Refusal.panelNotOpen }
    let seat = try await tx.query(
      "SELECT FROM panel_candidates WHERE panel = \(id) AND expert = \(expert) AND status IN ('seated', 'accepted')")
    guard !seat.isEmpty else { throw Refusal.notFound(Expert.noun) }
    try await mark(expert, of: panel, "recused", ground, input.text("statement"))
    try await tell(panel, "recuse", expert)
    if isReopened {
      try await asSystem.move(try await read(id), now, .recount, .object([:]))
    } else {
      try await refill(panel)
    }
    return try await read(id)
  }

  private func mark(
    _ expert: ID<Expert>, of panel: Panel, _ status: String, _ ground: String?, _ statement: String?
  ) async throws {
    _ = try await tx.execute(
      """
      UPDATE panel_candidates SET status = \(status), ground = \(ground), statement = \(statement), changed_at = market_now()
      WHERE panel = \(panel.id) AND expert = \(expert)
      """)
  }
}

extension Market {
  /// The panels that the draw has put this person on, newest first.
  public func duties(of caller: Caller) async throws -> [PanelDuty] {
    guard let person = caller.person else { return [] }
    return try await database.query(
      """
      SELECT p.id, c.title, p.status, m.status FROM panel_candidates m JOIN experts e ON e.id = m.expert
      JOIN panels p ON p.id = m.panel JOIN challenges c ON c.id = p.challenge
      WHERE e.person = \(person) AND m.status IN ('seated', 'accepted', 'declined', 'recused') ORDER BY p.id DESC
      """
    ).map { row in
      PanelDuty(
        panel: try row.get(0), challengeTitle: try row.get(1),
        panelState: Panel.State(rawValue: try row.get(2)) ?? .dissolved, status: try row.get(3))
    }
  }
}

extension Refusal {
  static let panelNotOpen = Refusal.conflict(
    code: "panel_not_open", detail: Phrase("评审组不在可办理此事的阶段", "the panel is not where this can be done"))
}
