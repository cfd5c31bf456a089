import HTTPTypes
import Market

extension Route {
  private typealias Panels = ResourceRoutes<Panel>

  static let panels: [Route] = [
    form,
    Panels.list,
    Panels.one,
    Panels.transitions,
    Panels.transition,
    drawRecord,
    seats,
    duties,
    declare,
    recuse,
    sheets,
    submit,
    record,
  ]

  private static let form: Route = .write(
    .post, "/api/v1/challenges/{id}/panels", Panel.path, "组建评审组:冻结可抽取专家名单",
    "form a panel: freeze the list it will be drawn from", body: Body("NewPanel", Panel.inputs),
    gives: .object(.of(Panel.self))
  ) { call, work in
    .object(
      try await work.formPanel(on: try call.id(Challenge.self), try call.input(Panel.inputs)), .created, for: call)
  }

  private static let drawRecord: Route = .get(
    "/api/v1/panels/{id}/draw", Panel.path, "抽签记录(任何人可复核)", "everything that it takes to draw again",
    gives: .object(.members("PanelDraw", DrawRecord.shown))
  ) { call in Reply(body: try await call.market.drawRecord(of: try call.id(Panel.self), for: call.caller)) }

  private static let seats: Route = .get(
    "/api/v1/panels/{id}/seats", Panel.path, "评审组成员(组织方和监督方)", "members, for the staff that runs the panel",
    gives: .items(.members("PanelSeat", PanelSeat.shown)), needsToken: true
  ) { call in
    .items(try await call.market.seats(of: try call.id(Panel.self), for: call.caller)) { $0.write(into: &$1) }
  }

  private static let duty = Schema.members("PanelDuty", PanelDeclaration.shown)

  private static let duties: Route = .get(
    "/api/v1/me/panels", Panel.path, "抽到本人的评审组", "panels that the draw has put me on", gives: .items(duty),
    needsToken: true
  ) { call in .items(try await call.market.duties(of: call.caller)) { $0.write(into: &$1) } }

  private static let declare: Route = .write(
    .post, "/api/v1/panels/{id}/declaration", Panel.path, "接受评审并声明无利害关系,或回避",
    "accept and declare that there is no conflict, or make room",
    body: Body("PanelDeclaration", PanelDeclaration.inputs),
    gives: .object(duty), status: .ok
  ) { call, work in
    let duty = try await work.declare(on: try call.id(Panel.self), try call.input(PanelDeclaration.inputs))
    return .json(.ok) { json in duty.write(into: &json) }
  }

  private static let recuse: Route = .write(
    .post, "/api/v1/panels/{id}/recusals", Panel.path, "令专家回避", "take a member off the panel, on a ground",
    body: Body("PanelRecusal", PanelDeclaration.recusal), gives: .object(.of(Panel.self)), status: .ok
  ) { call, work in
    .object(try await work.recuse(from: try call.id(Panel.self), try call.input(PanelDeclaration.recusal)), for: call)
  }

  private static let sheet = Schema.members("ReviewSheet", ReviewSheet.shown)

  private static let sheets: Route = .get(
    "/api/v1/panels/{id}/sheets", Panel.path, "本人的评分表", "one's own sheets, and nobody else's", gives: .items(sheet),
    needsToken: true
  ) { call in
    let id = try call.id(Panel.self)
    let sheets = try await call.market.work(as: call.caller) { work in try await work.ownSheets(in: id) }
    return .items(sheets) { $0.write(into: &$1) }
  }

  private static let submit: Route = .write(
    .post, "/api/v1/panels/{id}/sheets/{label}", Panel.path, "提交一份评分表,提交后不能更改",
    "hand in the sheet for one bid, for good",
    body: Body("NewReviewSheet", ReviewSheet.inputs), gives: .object(sheet)
  ) { call, work in
    let sheet = try await work.submitSheet(
      for: call.parameters["label"] ?? "", in: try call.id(Panel.self), try call.input(ReviewSheet.inputs))
    return .json(.created) { json in sheet.write(into: &json) }
  }

  private static let record: Route = .get(
    "/api/v1/panels/{id}/results", Panel.path, "评审结果(拟中榜公示起公开)", "what the panel said, public from the proposal on",
    gives: .object(.reviewRecord)
  ) { call in Reply(body: try await call.market.reviewRecord(of: try call.id(Panel.self), for: call.caller)) }
}

extension Schema {
  static let reviewRecord = Schema(name: "ReviewRecord") { json in
    json.schemaObject(
      [], required: ["panel", "criteria", "reviewers", "drop_extremes_from", "technical_mark", "bids"], isOpen: true)
  }
}
