import Postgres

/// 军令状: what a winner commits itself to, for which of the challenge's indicators, until when.
public enum Pledge {
  /// One measurable commitment, and which line of the challenge's indicators it answers, counted from 1.
  public static let indicator: [InputField] =
    [InputField("answers", .integer(1...30), Phrase("对应题目第几项指标", "which of the challenge's indicators, from 1"))]
    + Indicator.inputs

  static let leader = InputField("leader", .text(max: 60), Phrase("项目负责人", "leader"))
  static let indicators = InputField(
    "indicators", .records(maxItems: 60, indicator), Phrase("承诺的考核指标", "indicators with their targets"))

  static let inputs: [InputField] = [
    InputField("pledge", .text(max: 5000), Phrase("军令状正文", "text of the commitment")), indicators, leader,
    InputField("ends_on", .date, Phrase("完成期限", "last day of the term")),
    InputField(
      "consortium_agreement", .text(max: 200), required: false,
      Phrase("联合体协议文号(联合揭榜时必填)", "reference of the consortium's agreement, where there is one")),
  ]

  /// Whether rows of ``indicator`` answer each of so many lines and no other.
  static func covers(_ json: [UInt8], _ lines: Int) -> Bool {
    let rows = JSONValue.parse(json)?.array ?? []
    let answered = Set(rows.compactMap { $0["answers"]?.number.flatMap { Int(exactly: $0) } })
    return !rows.isEmpty && (lines == 0 || answered == Set(1...lines))
  }

  /// The letter as it is hashed: the same for everybody who has its parts.
  static func content(of project: Project, _ input: Input) -> String {
    func party(_ id: ID<Organisation>, _ name: String) -> JSONValue {
      .object(["id": .string(id.text), "name": .string(name)])
    }
    var members: [String: JSONValue] = [
      "project": .string(project.id.text), "challenge": .string(project.challenge.text),
      "title": .string(project.title), "poster": party(project.poster, project.posterName),
      "solver": party(project.solver, project.solverName), "price": .string(project.price.yuan),
      "pledge": .string(input.text("pledge") ?? ""), "leader": .string(input.text("leader") ?? ""),
      "indicators": JSONValue.parse(input.records("indicators") ?? []) ?? .array([]),
    ]
    if let agreement = input.text("consortium_agreement"), !agreement.isEmpty {
      members["consortium_agreement"] = .string(agreement)
      members["members"] = .array(project.side.members.map { .string($0.text) })
    }
    if let day = input.date("ends_on") { members["ends_on"] = .string(day.text) }
    return String(decoding: JSONValue.object(members).canonical, as: UTF8.self)
  }
}

extension Guard<Project> {
  static let isPledge: [Guard<Project>] = [
    coversWhatIsWanted,
    Guard("term_over", "完成期限须在今天之后", "the term ends after today", readsInput: true) { _, moment in
      moment.input.date("ends_on").map { moment.now.dateInShanghai < $0 } ?? false
    },
    Guard(
      "agreement_missing", "联合揭榜须先签订联合体协议", "those who bid together have an agreement", readsInput: true
    ) { project, moment in
      project.side.members.isEmpty || !(moment.input.text("consortium_agreement") ?? "").trimmed.isEmpty
    },
  ]

  /// Holds where no indicators are sent: a change may be of the leader alone.
  static let coversWhatIsWanted = Guard(
    "indicators_missing", "须逐项对应题目的全部考核指标", "each of the challenge's indicators is to be answered", readsInput: true
  ) { project, moment in
    moment.input.records("indicators").map { Pledge.covers($0, project.wanted.count) } ?? true
  }
}

extension Effect<Project> {
  static let pledge = Effect(set: { project, moment in
    let content = Pledge.content(of: project, moment.input)
    return """
      pledge = \(moment.input["pledge"]), indicators = \(moment.input["indicators"]), leader = \(moment.input["leader"]),
      ends_on = \(moment.input["ends_on"]), pledge_content = \(content), pledge_hash = \(Notice.digest(of: content)),
      consortium_agreement = \(moment.input.text("consortium_agreement") ?? ""), pledged_at = \(moment.now),
      pledge_confirmed_at = NULL
      """
  })
  static let confirmPledge = Effect(set: { _, moment in "pledge_confirmed_at = \(moment.now)" })
}
