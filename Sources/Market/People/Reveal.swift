import Postgres

/// 个人信息保护法 第51条: how a person is reached is shown only to whoever says what for, and it is put down that they asked.
public enum Reveal {
  /// The words for it in the log; the index by which they are counted names them too.
  static let login = "reveal", contact = "reveal_contact", account = "reveal_account"
  public static let inputs = [InputField("purpose", .text(max: 200), Phrase("查看目的", "what it is for"))]
  public static let shown: [InputField] = [
    InputField("person", .reference(Person.idPrefix), Phrase("人员", "person")),
    InputField("login", .text(max: 120), Phrase("登录名", "login")),
  ]
}

extension Work {
  /// Shows a person's login as it stands.
  /// - Throws: `forbidden` unless it is one's own, or the caller runs the platform or manages the organisation that answers for the
  ///   person; `tooMany` past the rulebook's number an hour.
  public func reveal(_ id: ID<Person>, purpose: String) async throws -> String {
    let person = try await lock(id).object
    let standing = person.standing(of: caller)
    guard caller.isSystem || !standing.isDisjoint(with: [.subject, .manager, .admin, .operator]) else {
      throw Refusal.forbidden(needs: [Role.admin.rawValue, Role.operator.rawValue, Actor.manager.rawValue])
    }
    try await expectFewReveals()
    try await note(
      Person.kind, ID(bits: id.bits), Reveal.login, version: person.version, audience: [person.organisation]
    ) {
      $0.string("purpose", purpose)
    }
    return person.login.text
  }

  /// What one individual is shown within an hour is limited, of whatever it is; the platform itself is not.
  func expectFewReveals() async throws {
    guard let me = caller.individual else { return }
    // One at a time for each who asks, so that the count is right.
    _ = try await tx.query("SELECT pg_advisory_xact_lock(hashtextextended(\(me.text), 1))")
    let rows = try await tx.query(
      """
      SELECT count(*) FROM events WHERE action IN ('reveal', 'reveal_contact', 'reveal_account') AND at > market_now() - interval '1 hour'
        AND coalesce(actor_person, actor_token) = \(me)
      """)
    guard try rows.first?.get(0, as: Int64.self) ?? 0 < (try market.rulebook.setting(.revealsHourly)) else {
      throw Refusal.tooMany(
        retryAfter: 3600, what: Phrase("一小时内查看次数过多,请稍后再试", "too many looked at within the hour: try again later"))
    }
  }
}
