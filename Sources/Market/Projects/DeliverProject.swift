import Postgres

/// 验收材料: what a solver hands in when its milestones are closed.
public enum AcceptanceFile {
  /// 市场验收: what counts as the market's word.
  public static let evidenceKinds = ["sales_invoice", "user_report", "line_run", "third_party_test"]

  public static let evidence: [InputField] = [
    InputField("kind", .code(evidenceKinds), Phrase("市场证据类别", "kind of market evidence")),
    InputField("title", .text(max: 200), Phrase("名称", "title")),
    InputField("reference", .text(max: 500), Phrase("文件编号", "reference of the file")),
    InputField("issuer", .text(max: 120), Phrase("出具单位", "who issued it")),
    InputField("days", .integer(1...3660), required: false, Phrase("连续运行天数(产线运行)", "days a line ran on it")),
  ]

  static let inputs: [InputField] = [
    InputField("report", .text(max: 20000), Phrase("验收申请报告", "report")), Measure.results,
    InputField("evidence", .records(maxItems: 60, evidence), Phrase("市场验收证据", "market evidence")),
  ]

  /// Whether there is evidence, and a line that is shown ran long enough.
  static func isEnough(_ json: [UInt8], lineDays: Int) -> Bool {
    let rows = JSONValue.parse(json)?.array ?? []
    return !rows.isEmpty
      && rows.allSatisfy { $0["kind"]?.string != "line_run" || ($0["days"]?.number ?? 0) >= Double(lineDays) }
  }
}

extension Guard<Project> {
  static let isDelivery: [Guard<Project>] =
    isMeasured + [
      Guard(
        "evidence_missing", "须附市场证据,产线运行天数不少于规则要求", "market evidence is needed, and a line that ran long enough",
        readsInput: true
      ) { project, moment in
        guard let days = moment.number(.lineRunMinimum, in: project.region) else { return false }
        return AcceptanceFile.isEnough(moment.input.records("evidence") ?? [], lineDays: days)
      }
    ]
}

extension Effect<Project> {
  static let deliver = Effect(then: { project, moment, work in
    try await work.expectKnown(moment.input.records("results") ?? [])
    _ = try await work.asSystem.create(
      Acceptance.self, Input(),
      own: [
        ("project", .reference(project.id.bits)), ("report", moment.input["report"]),
        ("results", moment.input["results"]), ("evidence", moment.input["evidence"]),
      ], audience: [project.solver, project.poster])
    try await work.followProjects(of: project.challenge)
  })
}
