import Postgres

extension Work {
  /// Proves the second factor of a person who has one: with a code of now that has not been used, or with a recovery code, which
  /// is used up by it.
  /// - Returns: how the person is proved now.
  func secondFactor(of person: ID<Person>, _ typed: String?) async throws -> String {
    let rows = try await tx.query(
      """
      SELECT sealed, extract(epoch FROM clock_timestamp())::bigint FROM second_factors
      WHERE person = \(person) AND sealed IS NOT NULL FOR UPDATE
      """)
    guard let row = rows.first else { return "password" }
    guard let typed = typed?.trimmed, !typed.isEmpty else { throw Refusal.secondFactorNeeded }
    let secret = try market.vault().open(try row.get(0, as: Bytea.self).bytes, for: person.text)
    if let step = OneTimeCode.step(of: typed, secret: secret, seconds: try row.get(1)) {
      let used = try await tx.execute(
        "UPDATE second_factors SET last_step = \(step) WHERE person = \(person) AND last_step < \(step)")
      guard used.affected == 1 else { throw Refusal.wrongCredentials }
      return "totp"
    }
    let used = try await tx.execute(
      """
      UPDATE recovery_codes SET used_at = market_now()
      WHERE person = \(person) AND hash = \(RecoveryCode.hash(typed, of: person)) AND used_at IS NULL
      """)
    guard used.affected == 1 else { throw Refusal.wrongCredentials }
    try await note(Person.kind, ID(bits: person.bits), "recovery_code_used", isSealed: true)
    return "recovery_code"
  }

  /// Begins a second factor: its secret, shown once, holds from its first code on.
  /// - Parameter code: of the factor that the person has already, when they have one.
  public func enrolSecondFactor(code: String?) async throws -> (secret: String, uri: String) {
    let person = try signedInPerson()
    _ = try await secondFactor(of: person, code)
    let login = try await tx.query("SELECT login FROM people WHERE id = \(person)").first?.get(0, as: String.self)
    let secret = Crypto.random(20)
    _ = try await tx.execute(
      """
      INSERT INTO second_factors AS f (person, pending) VALUES (\(person), \(Bytea(try market.vault().seal(secret, for: person.text))))
      ON CONFLICT (person) DO UPDATE SET pending = excluded.pending
      """)
    try await note(Person.kind, ID(bits: person.bits), "second_factor_begun", isSealed: true)
    return (
      Base32.encode(secret), OneTimeCode.uri(secret: secret, account: login.map { Login(stored: $0).masked } ?? "")
    )
  }

  /// Confirms it by its first code: from now on every sign-in needs one. The sign-in at hand is proved by it.
  /// - Returns: recovery codes, shown once; earlier ones are void.
  public func confirmSecondFactor(code: String) async throws -> [String] {
    let person = try signedInPerson()
    let rows = try await tx.query(
      """
      SELECT pending, extract(epoch FROM clock_timestamp())::bigint FROM second_factors
      WHERE person = \(person) AND pending IS NOT NULL FOR UPDATE
      """)
    guard let row = rows.first else {
      throw Refusal.conflict(
        code: "no_factor_begun", detail: Phrase("请先开始设置两步验证", "begin a second factor first"))
    }
    let secret = try market.vault().open(try row.get(0, as: Bytea.self).bytes, for: person.text)
    guard let step = OneTimeCode.step(of: code, secret: secret, seconds: try row.get(1)) else {
      throw Refusal.invalid([
        Issue(
          pointer: "/code", code: "wrong_code",
          detail: Phrase("验证码不正确,请核对手机时间", "the code is wrong: look at the clock of the device"))
      ])
    }
    _ = try await tx.execute(
      """
      UPDATE second_factors SET sealed = pending, pending = NULL, confirmed_at = market_now(), last_step = \(step)
      WHERE person = \(person)
      """)
    if let session = caller.session {
      _ = try await tx.execute("UPDATE sign_ins SET factor = 'totp' WHERE id = \(session)")
    }
    // Whoever signed in with the password alone has not shown this.
    try await endSignIns(of: person, but: caller.session)
    try await note(Person.kind, ID(bits: person.bits), "second_factor_set", isSealed: true)
    return try await replaceRecoveryCodes(of: person)
  }

  /// Takes a second factor off when all of it is lost. It is for whoever keeps the machine, not for the API.
  public func takeOffSecondFactor(of person: ID<Person>) async throws {
    guard caller.isSystem else { throw Refusal.forbidden(needs: [Actor.system.rawValue]) }
    _ = try await tx.execute("DELETE FROM second_factors WHERE person = \(person)")
    _ = try await tx.execute("DELETE FROM recovery_codes WHERE person = \(person)")
    try await endSignIns(of: person)
    try await note(Person.kind, ID(bits: person.bits), "second_factor_taken_off", isSealed: true)
  }

  /// - Throws: `forbidden` for a token: what guards an account is changed by its owner alone, signed in.
  func signedInPerson() throws(Refusal) -> ID<Person> {
    guard let person = caller.person, caller.session != nil else { throw .forbidden(needs: [Actor.subject.rawValue]) }
    return person
  }

  private func replaceRecoveryCodes(of person: ID<Person>) async throws -> [String] {
    _ = try await tx.execute("DELETE FROM recovery_codes WHERE person = \(person)")
    let codes = (0..<10).map { _ in RecoveryCode.make() }
    for code in codes {
      _ = try await tx.execute(
        "INSERT INTO recovery_codes (person, hash) VALUES (\(person), \(RecoveryCode.hash(code, of: person)))")
    }
    return codes
  }
}

/// Eighty bits on paper, each good once, for when the authenticator is lost.
enum RecoveryCode {
  static func make() -> String {
    let text = Base32.encode(Crypto.random(10))
    return "\(text.prefix(8))-\(text.suffix(8))"
  }

  /// So much chance needs no slow hash.
  static func hash(_ typed: String, of person: ID<Person>) -> Bytea {
    let plain = typed.uppercased().filter { $0.isLetter || $0.isNumber }
    return Bytea(Crypto.sha256("\(person.text)\n\(plain)".utf8))
  }
}
