import Postgres

/// How somebody comes into an organisation: asked by its manager or by the platform, and agreeing with a password of their own.
public enum Invitation {
  public static let inputs: [InputField] = [
    InputField("login", .text(max: 120), Phrase("邮箱或手机号", "mail address or mobile number")),
    InputField("organisation", .reference(Organisation.idPrefix), Phrase("单位", "organisation")),
    InputField("roles", .codes(Role.allCases.map(\.rawValue)), Phrase("角色", "roles")),
    InputField("manager", .flag, required: false, Phrase("是否管理本单位人员", "answers for the organisation's people")),
  ]
  public static let acceptance: [InputField] = [
    InputField("secret", .text(max: 80), Phrase("邀请凭据", "the invitation's secret")),
    InputField("name", .text(max: 60), required: false, Phrase("姓名(新账号必填)", "name, for a new account")),
    InputField(
      "password", .text(max: 400), Phrase("密码;已有账号的填现用密码", "password; the present one of an account there is already")),
  ]
}

extension Work {
  /// Invites somebody by their login.
  /// - Throws: `forbidden` where the roles are not the caller's to give.
  public func invite(_ input: Input) async throws -> (link: OneTimeLink, secret: String) {
    guard let login = input.text("login").flatMap({ Login($0) }) else { throw Refusal.invalid([Login.wrong]) }
    guard let organisation = input.id("organisation", Organisation.self), let roles = input.texts("roles"),
      !roles.isEmpty
    else {
      throw Refusal.invalid([
        Issue(pointer: "/roles", code: "required", detail: Phrase("至少一个角色", "at least one role"))
      ])
    }
    try expectMayGive(roles, in: organisation)
    _ = try await lock(organisation)
    return try await issueLink(
      .invitation, login: login, organisation: organisation, roles: roles, isManager: input.flag("manager") ?? false)
  }

  /// Takes an invitation back that nobody has followed.
  public func withdrawInvitation(_ id: ID<OneTimeLink>) async throws {
    let rows = try await tx.query(
      """
      UPDATE one_time_links l SET revoked_at = market_now()
      WHERE id = \(id) AND purpose = 'invitation' AND used_at IS NULL AND revoked_at IS NULL AND \(sql: Self.isMine(caller))
      RETURNING l.organisation
      """)
    guard let row = rows.first else { throw Refusal.notFound(Phrase("未使用的邀请", "open invitation")) }
    try await note(OneTimeLink.kind, ID(bits: id.bits), "invitation_withdrawn", audience: [try row.get(0)])
  }

  fileprivate static func isMine(_ caller: Caller) -> SQL {
    if caller.isSystem || caller.role == .admin { return "true" }
    guard caller.isManager, let organisation = caller.organisation else { return "false" }
    return "l.organisation = \(organisation)"
  }
}

extension Market {
  /// Invitations that are open and the caller's to see.
  public func invitations(for caller: Caller) async throws -> [OneTimeLink] {
    let rows = try await database.query(
      """
      SELECT \(sql: OneTimeLink.columns) FROM one_time_links l
      WHERE purpose = 'invitation' AND used_at IS NULL AND revoked_at IS NULL AND expires_at > market_now()
        AND \(sql: Work.isMine(caller))
      ORDER BY l.id DESC LIMIT 200
      """)
    return try rows.map { row throws(DecodingFailure) in
      var c = row.columns
      return try OneTimeLink(&c)
    }
  }

  /// Follows an invitation: makes the account, or adds the membership to the account that the login has already.
  /// - Throws: `notFound` for a link that is no longer in force; `wrongCredentials` when the account's password is another;
  ///   `invalid` for a bad password.
  public func acceptInvitation(_ input: Input, address: String) async throws -> Membership {
    let secret = input.text("secret") ?? "", password = input.text("password") ?? ""
    let rows = try await database.query(
      """
      SELECT l.login, o.name, p.id, w.phc FROM one_time_links l JOIN organisations o ON o.id = l.organisation
        LEFT JOIN people p ON p.login = l.login LEFT JOIN passwords w ON w.person = p.id
      WHERE l.hash = \(Bytea(Crypto.sha256(secret.utf8))) AND l.purpose = 'invitation' AND l.used_at IS NULL
      """)
    guard let row = rows.first else { throw Refusal.notFound(Phrase("有效链接", "link in force")) }
    let login: String = try row.get(0), known: ID<Person>? = try row.get(2)
    if let known {
      let failures = FailedSignIns(market: self)
      let buckets = try await failures.buckets(login: login, address: address, person: known, device: nil)
      try await failures.charge(buckets)
      guard try await passwords.matches(password, try row.get(3, as: String?.self).flatMap(PasswordHash.init(phc:)))
      else { throw Refusal.wrongCredentials }
      try await failures.forgive(buckets)
      return try await work(as: Caller(person: known)) { work in try await work.join(known, secret) }
    }
    guard let name = input.text("name")?.trimmed, !name.isEmpty else {
      throw Refusal.invalid([
        Issue(pointer: "/name", code: "required", detail: Phrase("新账号须填写姓名", "a new account needs a name"))
      ])
    }
    try expectGood(password, words: [login, name, try row.get(1)])
    let hash = try await passwords.hash(password)
    let person = ID<Person>()
    return try await work(as: Caller(person: person)) { work in
      let link = try await work.useLink(secret, .invitation)
      try await work.makePerson(person, name: name, login: login, organisation: link.organisation, hash)
      return try await work.appoint(person, link)
    }
  }
}

extension Work {
  fileprivate func join(_ person: ID<Person>, _ secret: String) async throws -> Membership {
    let link = try await useLink(secret, .invitation)
    return try await appoint(person, link)
  }

  /// Makes an account with its password.
  func makePerson(
    _ id: ID<Person>, name: String, login: String, organisation: ID<Organisation>?, _ hash: PasswordHash
  ) async throws {
    guard let organisation else { throw Refusal.notFound(Organisation.noun) }
    _ = try await tx.execute(
      """
      INSERT INTO people (id, organisation, rulebook, name, login)
      VALUES (\(id), \(organisation), \(market.rulebook.version), \(name), \(login))
      """)
    try await note(Person.kind, ID(bits: id.bits), "create", to: Person.State.active.rawValue, audience: [organisation])
    try await keep(hash, of: id)
  }

  func appoint(_ person: ID<Person>, _ link: OneTimeLink) async throws -> Membership {
    guard let organisation = link.organisation else { throw Refusal.notFound(Organisation.noun) }
    let input = Input([
      "person": .reference(person.bits), "organisation": .reference(organisation.bits), "roles": .texts(link.roles),
      "manager": .flag(link.isManager),
    ])
    return try await create(Membership.self, input, own: [], audience: [organisation])
  }
}
