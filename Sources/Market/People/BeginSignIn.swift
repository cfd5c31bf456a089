import Postgres

/// What somebody shows to sign in, and from where.
public struct SignInRequest: Sendable {
  public let login: String
  public let password: String
  /// From the authenticator, or one of the recovery codes.
  public let code: String?
  public let membership: ID<Membership>?
  public let role: Role?
  /// The secret of a device that has signed in before.
  public let device: String?
  public let label: String
  public let address: String

  public init(
    login: String, password: String, code: String? = nil, membership: ID<Membership>? = nil, role: Role? = nil,
    device: String? = nil, label: String = "", address: String
  ) {
    (self.login, self.password, self.code, self.membership) = (login, password, code, membership)
    (self.role, self.device, self.label, self.address) = (role, device, label, address)
  }

  public static let inputs: [InputField] = [
    InputField("login", .text(max: 120), Phrase("邮箱或手机号", "mail address or mobile number")),
    InputField("password", .text(max: 400), Phrase("密码", "password")),
    InputField(
      "code", .text(max: 40), required: false, Phrase("两步验证码或恢复码", "code of the authenticator, or a recovery code")),
    InputField(
      "membership", .reference(Membership.idPrefix), required: false, Phrase("以哪个任职身份", "which membership to act as")),
    InputField("role", .code(Role.allCases.map(\.rawValue)), required: false, Phrase("角色", "which of its roles")),
    InputField(
      "device", .text(max: 80), required: false, Phrase("此前登录所得的设备凭据", "the device's secret of an earlier sign-in")),
    InputField("label", .text(max: 80), required: false, Phrase("设备说明", "what to call the device")),
  ]
}

/// What a sign-in gives: both secrets are shown this once.
public struct NewSignIn: Sendable {
  public let signIn: SignIn
  public let secret: String
  public let device: String
}

extension Market {
  /// Signs somebody in.
  /// - Throws: `wrongCredentials` for an unknown login, a wrong password, a wrong code and a disabled account alike, after the same
  ///   work; `secondFactorNeeded` when all but the code was right; `tooManyFailures`; `busy`; `forbidden` for a membership or role that is not theirs.
  public func signIn(_ request: SignInRequest) async throws -> NewSignIn {
    // A text that is no login is counted and looked up as it is: it is nobody's.
    let login = Login(request.login)?.text ?? request.login.lowercased()
    let rows = try await database.query(
      """
      SELECT p.id, p.status, w.phc FROM people p LEFT JOIN passwords w ON w.person = p.id WHERE p.login = \(login)
      """)
    let person: ID<Person>? = try rows.first?.get(0)
    let failures = FailedSignIns(market: self)
    let buckets = try await failures.buckets(
      login: login, address: request.address, person: person, device: request.device)
    try await failures.charge(buckets)
    let kept = try rows.first?.get(2, as: String?.self).flatMap(PasswordHash.init(phc:))
    guard try await passwords.matches(request.password, kept), let person, let kept,
      try rows.first?.get(1) == Person.State.active.rawValue
    else { throw Refusal.wrongCredentials }
    let raised = kept.scrypt.isWeaker(than: passwords.scrypt) ? try await passwords.hash(request.password) : nil
    let made = try await work(as: Caller(person: person)) { work in
      let factor = try await work.secondFactor(of: person, request.code)
      if let raised { try await work.keep(raised, of: person) }
      return try await work.open(request, person, factor: factor, failures)
    }
    try await failures.forgive(buckets)
    return made
  }
}

extension Work {
  /// Opens a sign-in for a person who has been proved.
  fileprivate func open(_ request: SignInRequest, _ person: ID<Person>, factor: String, _ failures: FailedSignIns)
    async throws -> NewSignIn
  {
    let place = try await place(of: person, request)
    let secret = SignIn.secretPrefix + Base64URL.encode(Crypto.random(32))
    let device = request.device ?? SignIn.devicePrefix + Base64URL.encode(Crypto.random(24))
    let rows = try await tx.query(
      """
      WITH s AS (
        INSERT INTO sign_ins (id, person, membership, role, factor, hash, label, expires_at)
        VALUES (\(ID<SignIn>()), \(person), \(place?.membership), \(place?.role.rawValue), \(factor),
          \(Bytea(Crypto.sha256(secret.utf8))), \(request.label),
          market_now() + make_interval(hours => \(Int32(try market.rulebook.setting(.sessionAbsolute)))))
        RETURNING *)
      SELECT \(sql: SignIn.columns) FROM s LEFT JOIN credential_uses u ON u.credential = s.id
      """)
    guard let row = rows.first else { throw Refusal.wrongCredentials }
    var c = row.columns
    let signIn = try SignIn(&c)
    try await remember(failures.places(address: request.address, device: device), of: person)
    try await note(Person.kind, ID(bits: person.bits), "sign_in", isSealed: true) { json in
      json.string("sign_in", signIn.id.text)
      json.string("factor", factor)
    }
    return NewSignIn(signIn: signIn, secret: secret, device: device)
  }

  /// The membership and role to act as: what was asked for, else the newest membership's first role; nil for somebody without any.
  private func place(of person: ID<Person>, _ request: SignInRequest) async throws -> (
    membership: ID<Membership>, role: Role
  )? {
    let rows = try await tx.query(
      "SELECT m.id, m.roles FROM memberships m WHERE m.person = \(person) AND membership_holds(m) ORDER BY m.id DESC")
    for row in rows {
      let id: ID<Membership> = try row.get(0)
      let roles = try row.get(1, as: [String].self).compactMap(Role.init(rawValue:))
      if let wanted = request.membership, wanted != id { continue }
      if let role = request.role.map({ roles.contains($0) ? $0 : nil }) ?? roles.first { return (id, role) }
    }
    guard request.membership == nil, request.role == nil else {
      throw Refusal.forbidden(needs: [request.role?.rawValue ?? Membership.kind])
    }
    return nil
  }
}
