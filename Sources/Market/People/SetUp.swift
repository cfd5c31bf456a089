import Postgres

/// The way into a fresh deployment: a secret that its first start prints once, and that makes the platform's own organisation and
/// its first administrator. There is no default account and no default password.
public enum SetUp {
  public static let inputs: [InputField] = [
    InputField("secret", .text(max: 80), Phrase("首次设置口令", "the secret that the first start has printed")),
    InputField("organisation_name", .text(max: 120), Phrase("运营单位名称", "name of the organisation that runs the platform")),
    InputField("region", .region, Phrase("所在地区(行政区划代码)", "region, GB/T 2260")),
    InputField("uscc", .creditCode, required: false, Phrase("统一社会信用代码", "credit code")),
    InputField("name", .text(max: 60), Phrase("管理员姓名", "the administrator's name")),
    InputField("login", .text(max: 120), Phrase("管理员邮箱或手机号", "mail address or mobile number")),
    InputField("password", .text(max: 400), Phrase("密码", "password")),
  ]
}

extension Market {
  /// A new set-up secret while nobody has an account; nil once somebody has. One that was printed before is void.
  public func setUpSecret() async throws -> String? {
    try await work(as: .system) { work in
      _ = try await work.tx.query("SELECT pg_advisory_xact_lock(7305012988)")
      guard try await work.tx.query("SELECT FROM people LIMIT 1").isEmpty else { return nil }
      _ = try await work.tx.execute(
        """
        UPDATE one_time_links SET revoked_at = market_now() WHERE purpose = 'setup' AND used_at IS NULL AND revoked_at IS NULL
        """)
      return try await work.issueLink(.setUp).secret
    }
  }

  /// Makes the platform's organisation and its first administrator, who has to set up a second factor before anything else.
  public func setUp(_ input: Input) async throws -> Membership {
    guard let login = input.text("login").flatMap({ Login($0) }) else { throw Refusal.invalid([Login.wrong]) }
    let name = input.text("name") ?? "", organisation = input.text("organisation_name") ?? ""
    let password = input.text("password") ?? "", secret = input.text("secret") ?? ""
    let known = try await database.query(
      "SELECT FROM one_time_links WHERE hash = \(Bytea(Crypto.sha256(secret.utf8))) AND purpose = 'setup' AND used_at IS NULL")
    guard !known.isEmpty else { throw Refusal.notFound(Phrase("有效链接", "link in force")) }
    try expectGood(password, words: [login.text, name, organisation])
    let hash = try await passwords.hash(password)
    let person = ID<Person>()
    return try await work(as: .system) { work in
      _ = try await work.useLink(secret, .setUp)
      let made = try await work.register(
        Input([
          "name": .text(organisation), "kind": .text("operator"), "region": input["region"], "uscc": input["uscc"],
        ]))
      try await work.makePerson(person, name: name, login: login.text, organisation: made.id, hash)
      let input = Input([
        "person": .reference(person.bits), "organisation": .reference(made.id.bits),
        "roles": .texts([Role.admin.rawValue]), "manager": .flag(true),
      ])
      return try await work.create(Membership.self, input, own: [], audience: [made.id])
    }
  }
}
