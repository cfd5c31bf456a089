import Postgres

/// Where a challenge came from: one of the demands it was made of, and its poster, who is credited for it.
public struct ChallengeSource: Sendable {
  public static let relations = ["consolidated", "converted", "split"]

  public let demand: ID<Demand>
  public let organisation: ID<Organisation>
  public let organisationName: String
  public let relation: String
  public let at: Instant

  public static let shown: [InputField] = [
    InputField("demand", .reference(Demand.idPrefix), Phrase("需求", "demand")),
    InputField("organisation", .reference(Organisation.idPrefix), Phrase("需求单位标识", "poster's id")),
    InputField("organisation_name", .text(max: 120), Phrase("需求单位", "poster, who is credited")),
    InputField("relation", .code(relations), Phrase("关系:凝练、转化、拆分", "consolidated, converted or split")),
    InputField("at", .instant, Phrase("形成时间", "made at")),
  ]

  public func write(into json: inout JSONWriter) {
    json.object { json in
      json.string("demand", demand.text)
      json.string("organisation", organisation.text)
      json.string("organisation_name", organisationName)
      json.string("relation", relation)
      json.instant("at", at)
    }
  }
}

/// 需求凝练: what an operator sends to make challenges of demands.
public enum Consolidation {
  /// What of a challenge may be said anew; what is not said comes from the demands.
  private static let rewritten = [
    "title", "summary", "description", "indicators", "keywords", "budget", "closes_on", "field",
  ]
  private static let texts: [InputField] = Challenge.fields.filter { rewritten.contains($0.name) }.map {
    InputField($0.name, $0.type, required: false, $0.doc)
  }
  private static let mode = InputField("mode", .code(Challenge.modes), Phrase("组织方式", "mode, never converted"))

  public static let inputs: [InputField] =
    [
      InputField(
        "demands", .texts(maxItems: 50, max: 40), Phrase("需求标识,第一项的单位为出题单位", "demands; the first one's poster posts")),
      mode,
    ] + texts

  public static let splitInputs: [InputField] = [
    mode, InputField("parts", .records(maxItems: 20, part), Phrase("拆分后的各题", "the challenges it is split into")),
  ]
  /// One challenge of several that a demand is split into: the demand's own texts, narrowed.
  private static let part: [InputField] = [
    InputField("title", .text(max: 200), Phrase("题目名称", "title")),
    InputField("summary", .text(max: 2000), required: false, Phrase("一句话简介", "what is needed, in a sentence")),
    InputField("indicators", .texts(maxItems: 30, max: 300), required: false, Phrase("考核指标", "indicators")),
    InputField("budget", .money, required: false, Phrase("预算", "budget")),
  ]
  static func parts(_ json: [UInt8]) throws -> [Input] {
    try (JSONValue.parse(json)?.array ?? []).map { try Input($0, part) }
  }
}

extension Work {
  /// Makes one challenge of one or more shortlisted demands. It belongs to the first demand's poster, who takes it from there;
  /// every poster is credited, every demand is kept as it stood, and moves on by itself.
  public func consolidate(_ input: Input) async throws -> Challenge {
    let ids = try (input.texts("demands") ?? []).enumerated().map { i, text in
      guard let id = ID<Demand>(text) else {
        throw Refusal.invalid([
          Issue(
            pointer: "/demands/\(i)", code: "bad_id",
            detail: Phrase("应为 dem_ 开头的标识", "must be an id that begins with dem_"))
        ])
      }
      return id
    }
    let demands = try await held(ids)
    guard !demands.isEmpty else {
      throw Refusal.invalid([
        Issue(pointer: "/demands", code: "required", detail: Phrase("至少列出一项需求", "list at least one demand"))
      ])
    }
    let challenge = try await draftChallenge(from: demands, input)
    let isOne = demands.count == 1
    try await credit(challenge, demands, isOne ? "converted" : "consolidated")
    for demand in demands { try await asSystem.move(demand.id, isOne ? .convert : .consolidate, version: nil) }
    return challenge
  }

  /// Makes several challenges of one demand that asks for several things.
  public func split(_ id: ID<Demand>, _ input: Input) async throws -> [Challenge] {
    let demands = try await held([id])
    let parts = try Consolidation.parts(input.records("parts") ?? [])
    guard parts.count > 1 else {
      throw Refusal.invalid([
        Issue(pointer: "/parts", code: "too_few", detail: Phrase("拆分至少为两题", "a split makes at least two challenges"))
      ])
    }
    var challenges: [Challenge] = []
    for var part in parts {
      part["mode"] = input["mode"]
      let challenge = try await draftChallenge(from: demands, part)
      try await credit(challenge, demands, "split")
      challenges.append(challenge)
    }
    try await asSystem.move(id, .convert, version: nil)
    return challenges
  }
}

extension Work {
  /// The demands in the order in which they were named, held in one order by everybody so that two consolidations wait for each
  /// other and never stand in each other's way.
  private func held(_ ids: [ID<Demand>]) async throws -> [Demand] {
    var demands: [ID<Demand>: Demand] = [:]
    for id in ids.unique.sorted(by: { $0.bits < $1.bits }) { demands[id] = try await lock(id).object }
    let posters = demands.values.map(\.organisation)
    guard caller.standing(parties: posters).contains(.operator) else {
      throw Refusal.forbidden(needs: [Actor.operator.rawValue])
    }
    return ids.compactMap { demands[$0] }
  }

  /// A draft made of what the demands say, where nothing else was said. Texts that are not public are not copied into what will be.
  private func draftChallenge(from demands: [Demand], _ said: Input) async throws -> Challenge {
    guard let first = demands.first else { throw Refusal.notFound(Demand.noun) }
    let open = demands.filter { $0.confidentiality == 1 }
    func text(_ parts: [String], max: Int) -> FieldValue {
      .text(String(parts.filter { !$0.isEmpty }.unique.joined(separator: "\n\n").unicodeScalars.prefix(max)))
    }
    var input = Input([
      "title": .text(first.title),
      "summary": text(open.map(\.summary), max: 2000),
      "description": text(open.flatMap { [$0.problem, $0.background] }, max: 20000),
      "indicators": .texts(
        Array(
          open.flatMap { Indicator.lines($0.indicators) }.map { String($0.unicodeScalars.prefix(300)) }.unique.prefix(
            30))),
      "keywords": .texts(Array(demands.flatMap(\.keywords).unique.prefix(30))),
      "region": .text(first.region),
      "origin": .text(demands.contains { $0.origin == "constructed" } ? "constructed" : "real"),
      "source": .text("由 \(demands.count) 项技术需求形成"),
    ])
    if let field = first.field { input["field"] = .text(field) }
    let budgets = open.compactMap(\.budget)
    if !budgets.isEmpty {
      input["budget"] = .money(Money(fen: min(budgets.reduce(0) { $0 + $1.fen }, Money.ceiling)))
    }
    for (name, value) in said.values where value != .null && name != "demands" && name != "parts" {
      input[name] = value
    }
    return try await create(
      Challenge.self, input, own: [("organisation", .reference(first.organisation.bits))],
      audience: demands.map(\.organisation).unique)
  }

  private func credit(_ challenge: Challenge, _ demands: [Demand], _ relation: String) async throws {
    let ids = demands.map(\.id)
    _ = try await tx.execute(
      """
      INSERT INTO challenge_sources (challenge, position, demand, organisation, relation, content)
      SELECT \(challenge.id), i.n, d.id, d.organisation, \(relation),
        to_jsonb(d) - ARRAY['contact_name', 'contact_phone', 'own_funds_proof']
      FROM unnest(\(ids)::uuid[]) WITH ORDINALITY i (id, n) JOIN demands d ON d.id = i.id
      """)
  }
}

extension Market {
  /// The demands a challenge was made of, as far as this caller may know of them.
  public func sources(of id: ID<Challenge>, for caller: Caller) async throws -> [ChallengeSource] {
    let challenge = try await find(id, for: caller)
    let rows = try await reader(for: caller).query(
      """
      SELECT s.demand, s.organisation, o.name, s.relation, s.at
      FROM challenge_sources s JOIN organisations o ON o.id = s.organisation JOIN demands t ON t.id = s.demand
      WHERE s.challenge = \(challenge.id) AND \(sql: Demand.visible(to: caller)) ORDER BY s.position
      """)
    return try rows.map { row throws(DecodingFailure) in
      var c = row.columns
      return ChallengeSource(
        demand: try c.next(), organisation: try c.next(), organisationName: try c.next(), relation: try c.next(),
        at: try c.next())
    }
  }
}
