import Postgres

extension Work {
  /// Makes the draft of a notice that nothing waits for. An organisation puts up its own; the platform those that are its to put up.
  public func makeNotice(_ input: Input) async throws -> Notice {
    let kind = try NoticeKind.named(input.text("kind") ?? "")
    guard let organisation = caller.organisation, let role = caller.role else { throw Refusal.unauthenticated }
    let maker: Actor? = caller.acts(for: organisation) ? .owner : role == .operator ? .operator : nil
    guard !kind.makers.isEmpty else {
      throw Refusal.invalid([
        Issue(
          pointer: "/kind", code: "made_by_its_subject",
          detail: Phrase("此类公示由题目或交易在办理时发起", "the challenge or the deal puts this up when it gets there"))
      ])
    }
    guard let maker, kind.makers.contains(maker) else {
      throw Refusal.forbidden(needs: kind.makers.map(\.rawValue).sorted())
    }
    let now = try await market.now()
    _ = try kind.period(
      input.integer("days"), market.rulebook, region: input.text("region") ?? "000000", on: now.dateInShanghai)
    if let older: ID<Notice> = input.id("supersedes") {
      let (old, _) = try await lock(older)
      guard old.organisation == organisation, old.noticeKind == kind.name, old.subject == nil, old.isPublic,
        old.state != .closedClean
      else {
        throw Refusal.invalid([
          Issue(
            pointer: "/supersedes", code: "not_replaceable",
            detail: Phrase("须为本单位同类、未期满的公示", "must be a notice of yours, of this kind, that has not closed"))
        ])
      }
    }
    return try await insert(
      input, organisation: organisation, parties: maker == .owner ? [organisation] : [], subject: nil, details: [:])
  }

  /// Puts on notice what `object` is about to do, in the transaction of the move that asks for it, and links the two.
  /// - Parameter details: what is made public of it; personal numbers in it are masked.
  func putOnNotice<O: AwaitsNotice>(
    _ object: O, as kind: String, title: String, region: String, parties: [ID<Organisation>],
    details: [String: JSONValue], days: Int?
  ) async throws {
    guard let organisation = caller.organisation else { throw Refusal.unauthenticated }
    let before = try await tx.query(
      """
      SELECT id FROM notices WHERE subject = \(object.id) AND kind = \(kind) AND status = 'revoked'
        AND NOT EXISTS (SELECT FROM notices s WHERE s.supersedes = notices.id AND s.status <> 'draft')
      ORDER BY year DESC, sequence DESC LIMIT 1
      """)
    let name = try await tx.query("SELECT name FROM organisations WHERE id = \(organisation)").first?.get(
      0, as: String.self)
    var input: [String: FieldValue] = [
      "kind": .text(kind), "title": .text(PersonalData.masked(title)), "region": .text(region),
      "contact": .text("\(name ?? organisation.text)(经本平台联系)"),
      "objection_channel": .text("公示期内由单位实名在本平台对该公示提出书面异议,附事实与依据"),
    ]
    if let days { input["days"] = .integer(Int64(days)) }
    if let older = try before.first?.get(0, as: ID<Notice>.self) { input["supersedes"] = .reference(older.bits) }
    let draft = try await insert(
      Input(input), organisation: organisation, parties: parties, subject: (O.kind, ID<Anything>(bits: object.id.bits)),
      details: details)
    let notice = try await move(draft.id, .publish, version: nil)
    _ = try await tx.execute("UPDATE \(sql: O.table) SET notice = \(notice.id) WHERE id = \(object.id)")
  }

  private func insert(
    _ input: Input, organisation: ID<Organisation>, parties: [ID<Organisation>], subject: (String, ID<Anything>)?,
    details: [String: JSONValue]
  ) async throws -> Notice {
    var names: SQL = "id, rulebook, organisation, parties, publisher, publisher_person, subject_kind, subject, details"
    var values: SQL =
      """
      \(ID<Notice>()), \(market.rulebook.version), \(organisation), \(parties), \(caller.token), \(caller.person), \(subject?.0), \(subject?.1),
      \(JSONB(PersonalData.masked(.object(details)).canonical))
      """
    for field in Notice.fields where field.isWritable && field.stored(input) != .null {
      names += SQL(unsafe: ", " + field.name)
      values += ", \(field.stored(input))"
    }
    return try await write(
      "INSERT INTO notices (\(sql: names)) VALUES (\(sql: values)) RETURNING *", action: "create", from: nil,
      input: input, audience: ([organisation] + parties).unique)
  }
}
