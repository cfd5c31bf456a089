import Postgres

extension Work {
  /// Keeps a password's hash.
  func keep(_ hash: PasswordHash, of person: ID<Person>) async throws {
    _ = try await tx.execute(
      """
      INSERT INTO passwords (person, phc) VALUES (\(person), \(hash.phc))
      ON CONFLICT (person) DO UPDATE SET phc = excluded.phc, set_at = market_now()
      """)
  }
}

extension Market {
  /// - Throws: `invalid` with what is wrong with a password for somebody of whom these words are known.
  func expectGood(_ password: String, words: [String]) throws(Refusal) {
    let issues = PasswordRules.issues(password, words: words)
    guard issues.isEmpty else { throw .invalid(issues) }
  }

  /// What is known of a person, and so tried first.
  func words(of person: ID<Person>) async throws -> [String] {
    let rows = try await database.query(
      """
      SELECT p.login, p.name, o.name FROM people p JOIN organisations o ON o.id = p.organisation WHERE p.id = \(person)
      """)
    guard let row = rows.first else { return [] }
    return [try row.get(0), try row.get(1), try row.get(2)]
  }

  /// Changes one's own password; every other sign-in of the person ends.
  /// - Throws: `wrongCredentials` unless the present one is right.
  public func changePassword(_ caller: Caller, current: String, new: String, address: String) async throws {
    guard let person = caller.person, caller.session != nil else {
      throw Refusal.forbidden(needs: [Actor.subject.rawValue])
    }
    let words = try await words(of: person)
    try expectGood(new, words: words)
    let failures = FailedSignIns(market: self)
    let buckets = try await failures.buckets(login: "\(person.text)", address: address, person: nil, device: nil)
    try await failures.charge(buckets)
    let kept = try await database.query("SELECT phc FROM passwords WHERE person = \(person)").first?.get(
      0, as: String.self)
    guard try await passwords.matches(current, kept.flatMap(PasswordHash.init(phc:))) else {
      throw Refusal.wrongCredentials
    }
    let hash = try await passwords.hash(new)
    try await work(as: caller) { work in
      try await work.keep(hash, of: person)
      try await work.endSignIns(of: person, but: caller.session)
      try await work.note(Person.kind, ID(bits: person.bits), "password_changed", isSealed: true)
    }
    try await failures.forgive(buckets)
  }

  /// Sets a password by a link that was given out for it. All sign-ins of the person end; a second factor stays.
  public func resetPassword(secret: String, new: String) async throws {
    let hash = Bytea(Crypto.sha256(secret.utf8))
    let rows = try await database.query(
      "SELECT person FROM one_time_links WHERE hash = \(hash) AND purpose = 'password_reset' AND used_at IS NULL")
    guard let person = try rows.first?.get(0, as: ID<Person>.self) else {
      throw Refusal.notFound(Phrase("有效链接", "link in force"))
    }
    try expectGood(new, words: try await words(of: person))
    let password = try await passwords.hash(new)
    try await work(as: Caller(person: person)) { work in
      _ = try await work.useLink(secret, .passwordReset)
      try await work.keep(password, of: person)
      try await work.endSignIns(of: person)
      try await work.note(Person.kind, ID(bits: person.bits), "password_reset", isSealed: true)
    }
  }
}

extension Work {
  /// Gives out a link by which a person sets a new password; links given out before are void.
  /// - Throws: `forbidden` unless the caller runs the platform or manages the organisation that answers for the person, and the
  ///   person has no place elsewhere.
  public func offerPasswordReset(of id: ID<Person>) async throws -> (link: OneTimeLink, secret: String) {
    let person = try await lock(id).object
    if !caller.isSystem, caller.role != .admin {
      let elsewhere = try await tx.query(
        "SELECT FROM memberships m WHERE m.person = \(id) AND membership_holds(m) AND m.organisation <> \(person.organisation)"
      )
      guard person.standing(of: caller).contains(.manager), elsewhere.isEmpty else {
        throw Refusal.forbidden(needs: [Role.admin.rawValue, Actor.manager.rawValue])
      }
    }
    _ = try await tx.execute(
      """
      UPDATE one_time_links SET revoked_at = market_now()
      WHERE person = \(id) AND purpose = 'password_reset' AND used_at IS NULL AND revoked_at IS NULL
      """)
    return try await issueLink(.passwordReset, person: id, organisation: nil)
  }
}
