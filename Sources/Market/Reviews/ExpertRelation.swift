import Postgres

/// What stands between an expert and an organisation, declared or found.
public struct ExpertRelation: Sendable {
  /// The grounds of 回避. Some are computed from what the market knows, the others have to be registered.
  public static let grounds: [(code: String, title: Phrase)] = [
    ("employer", Phrase("同单位(含近年任职)", "the same employer, now or lately")),
    ("kinship", Phrase("亲属关系", "kinship")),
    ("supervision", Phrase("师生关系", "supervisor and student")),
    ("co_author", Phrase("合著", "co-authors")),
    ("co_inventor", Phrase("共同发明", "co-inventors")),
    ("shareholder", Phrase("持股", "a share in it")),
    ("consultant", Phrase("担任顾问", "its consultant")),
    ("litigation", Phrase("诉讼或仲裁", "litigation")),
    ("payment", Phrase("所在单位与其有成交付款", "its money: a deal with the expert's employer")),
    ("delegation", Phrase("所在单位与其有托管或经纪委托", "a delegation between it and the expert's employer")),
    ("other", Phrase("其他可能影响公正的关系", "another relation that may touch fairness")),
  ]
  static let registered = grounds.map(\.code).filter { $0 != "delegation" }
  /// What a ground is called; a word that is none stands for who does not come.
  public static func title(_ ground: String) -> Phrase {
    grounds.first { $0.code == ground }?.title ?? Phrase("不能按时评审", "could not review in time")
  }
  public static let sources = ["self", "graph", "objection"]

  public let organisation: ID<Organisation>
  public let organisationName: String
  public let ground: String
  public let source: String
  public let note: String
  public let until: CivilDate?
  public let createdAt: Instant

  public static let inputs: [InputField] = [
    InputField("organisation", .reference(Organisation.idPrefix), Phrase("有关单位", "the organisation")),
    InputField("ground", .code(registered), Phrase("关系", "relation")),
    InputField("note", .text(max: 1000), required: false, Phrase("说明", "note")),
    InputField("until", .date, required: false, Phrase("计至(含当日),不填为长期", "counts until that day, or for good")),
  ]
  public static let shown: [InputField] = [
    inputs[0], InputField("organisation_name", .text(max: 120), Phrase("单位名称", "its name")), inputs[1],
    InputField("source", .code(sources), Phrase("来源:本人、核查、异议", "said by the expert, found, or objected")),
    InputField("note", .text(max: 1000), Phrase("说明", "note")), inputs[3],
    InputField("created_at", .instant, Phrase("登记时间", "registered at")),
  ]

  public func write(into json: inout JSONWriter) {
    json.object { json in
      json.string("organisation", organisation.text)
      json.string("organisation_name", organisationName)
      json.string("ground", ground)
      json.string("source", source)
      json.string("note", note)
      json.string("until", until?.text)
      json.instant("created_at", createdAt)
    }
  }

  static let row: SQL = "r.organisation, o.name, r.ground, r.source, r.note, r.until, r.created_at"
  init(_ c: inout ColumnReader) throws(DecodingFailure) {
    organisation = try c.next()
    organisationName = try c.next()
    ground = try c.next()
    source = try c.next()
    note = try c.next()
    until = try c.next()
    createdAt = try c.next()
  }
}

extension Work {
  /// Registers a relation: by the expert, by an operator who has found it, by a supervisor after an objection. It is never
  /// taken back; what has an end says so from the beginning.
  public func relate(_ id: ID<Expert>, _ input: Input) async throws -> ExpertRelation {
    let (expert, _) = try await lock(id)
    let source = try source(of: expert)
    let row = try await tx.query(
      """
      WITH r AS (
        INSERT INTO expert_relations (id, expert, organisation, ground, source, note, until)
        VALUES (\(ID<Anything>()), \(id), \(input.id("organisation", Organisation.self)), \(input.text("ground")), \(source),
          \(input.text("note") ?? ""), \(input.date("until"))) RETURNING *)
      SELECT \(sql: ExpertRelation.row) FROM r JOIN organisations o ON o.id = r.organisation
      """
    ).first
    guard var columns = row?.columns else { throw Refusal.notFound(Organisation.noun) }
    let relation = try ExpertRelation(&columns)
    try await note(about: expert, "relate", audience: []) { json in
      json.string("ground", relation.ground)
      json.string("source", relation.source)
    }
    return relation
  }
}

extension Work {
  fileprivate func source(of expert: Expert) throws(Refusal) -> String {
    if caller.person == expert.person { return "self" }
    if caller.isSystem || caller.role == .operator { return "graph" }
    if caller.role == .supervisor { return "objection" }
    throw .forbidden(needs: [Role.operator.rawValue, Role.supervisor.rawValue])
  }
}

extension Market {
  /// What is registered of an expert, newest first, for whoever may know of the expert.
  public func relations(of id: ID<Expert>, for caller: Caller) async throws -> [ExpertRelation] {
    let expert = try await find(id, for: caller)
    return try await database.query(
      """
      SELECT \(sql: ExpertRelation.row) FROM expert_relations r JOIN organisations o ON o.id = r.organisation
      WHERE r.expert = \(expert.id) ORDER BY r.created_at DESC, r.id
      """
    ).map { row throws(DecodingFailure) in
      var c = row.columns
      return try ExpertRelation(&c)
    }
  }
}
