import ArgumentParser
import Market

struct UserCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: "人员账号 · people's accounts",
    subcommands: [Invite.self, List.self, Disable.self, Enable.self, Reset.self, Reveal.self])

  struct Invite: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "邀请 · invite somebody into an organisation; the secret is shown once",
      discussion: "jiebang user invite someone@example.edu.cn --organisation org_01J… --role university --manager")

    @Argument(help: "邮箱或手机号 · mail address or mobile number") var login: String
    @Option(help: "单位标识 · the organisation's id") var organisation: String
    @Option(help: "角色,可重复:\(Role.allCases.map(\.rawValue).joined(separator: ", ")) · role, may be repeated") var role: [String]
    @Flag(help: "可管理本单位人员 · answers for the organisation's people") var manager = false

    func run() async throws {
      try await command {
        let input = try Input(
          .object([
            "login": .string(login), "organisation": .string(organisation), "roles": .array(role.map { .string($0) }),
            "manager": .bool(manager),
          ]), Invitation.inputs)
        let (link, secret) = try await Session.with { session in
          try await session.market().work(as: .system) { work in try await work.invite(input) }
        }
        Console.secret(secret, until: link.expiresAt, use: "POST /api/v1/invitations/acceptances")
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "列表 · people, logins masked", discussion: "jiebang user list --status active --json")

    @Option(help: "状态:active, disabled · state") var status: String?
    @Flag(help: "每行一个 JSON · JSON lines") var json = false

    func run() async throws {
      try await command {
        let filters = status.map { ["status": $0] } ?? [:]
        let people = try await Session.with { session in try await session.all(Person.self, filters) }
        if json { return Console.lines(people) { $0.write(for: .system, into: &$1) } }
        var table = Table([
          "id", Console.pick(Phrase("姓名", "name")), Console.pick(Phrase("登录名", "login")),
          Console.pick(Phrase("单位", "organisation")), Console.pick(Phrase("状态", "state")),
        ])
        for each in people {
          table.add([each.id.text, each.name, each.maskedLogin, each.organisationName, each.state.rawValue])
        }
        Console.out(table.text)
      }
    }
  }

  struct Disable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "停用 · shut an account; all its sign-ins and tokens end at once",
      discussion: "jiebang user disable per_01J… --reason 离职")

    @Argument(help: "人员标识 · the person's id") var id: String
    @Option(help: "理由 · why") var reason: String

    func run() async throws {
      try await command { try await UserCommand.move(id, .disable, ["reason": .string(reason)]) }
    }
  }

  struct Enable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "恢复 · open an account again", discussion: "jiebang user enable per_01J…")

    @Argument(help: "人员标识 · the person's id") var id: String

    func run() async throws {
      try await command { try await UserCommand.move(id, .enable, [:]) }
    }
  }

  struct Reset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "重设密码 · a link for a new password, shown once",
      discussion: "jiebang user reset per_01J…\njiebang user reset per_01J… --second-factor")

    @Argument(help: "人员标识 · the person's id") var id: String
    @Flag(help: "同时取消两步验证(验证器和恢复码都已丢失) · take off the second factor as well, when all of it is lost")
    var secondFactor = false

    func run() async throws {
      try await command {
        let person = try UserCommand.person(id)
        let (link, secret) = try await Session.with { session in
          try await session.market().work(as: .system) { work in
            if secondFactor { try await work.takeOffSecondFactor(of: person) }
            return try await work.offerPasswordReset(of: person)
          }
        }
        Console.secret(secret, until: link.expiresAt, use: "POST /api/v1/password-resets")
      }
    }
  }

  struct Reveal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "查看登录名 · a login as it stands; the purpose is put down in the log",
      discussion: "jiebang user reveal per_01J… --purpose 通知评审时间")

    @Argument(help: "人员标识 · the person's id") var id: String
    @Option(help: "目的 · what it is for") var purpose: String

    func run() async throws {
      try await command {
        let person = try UserCommand.person(id)
        Console.out(
          try await Session.with { session in
            try await session.market().work(as: .system) { work in try await work.reveal(person, purpose: purpose) }
          })
      }
    }
  }

  fileprivate static func person(_ text: String) throws -> ID<Person> {
    guard let id = ID<Person>(text) else {
      throw ValidationError(Phrase("应为人员标识,如 per_01J…", "takes an id like per_01J…"))
    }
    return id
  }

  fileprivate static func move(_ id: String, _ action: Person.Action, _ body: [String: JSONValue]) async throws {
    let id = try person(id)
    _ = try await Session.with { session in
      try await session.market().work(as: .system) { work in
        try await work.move(id, action, .object(body), version: nil)
      }
    }
  }
}

extension Console {
  /// A secret for standard output alone, and around it what to do with it.
  static func secret(_ secret: String, until end: Instant, use: String) {
    note(
      pick(
        Phrase("只显示这一次,\(end.text) 到期,用于 \(use):", "shown this once; holds until \(end.text); for \(use):")))
    out(secret)
  }
}
