import ArgumentParser
import Market

struct UserCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: "人员账号 · people's accounts",
    subcommands: [Invite.self, ListObjects<Person>.self, Disable.self, Enable.self, Reset.self, Reveal.self])

  struct Invite: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "邀请 · invite somebody into an organisation; the secret is shown once",
      discussion: "jiebang user invite someone@example.edu.cn --organisation org_01J… --role university --manager")

    @Argument(help: "邮箱或手机号 · mail address or mobile number") var login: String
    @Option(help: "单位标识 · the organisation's id") var organisation: String
    @Option(help: "角色,可重复:\(Role.allCases.map(\.rawValue).joined(separator: ", ")) · role, may be repeated") var role:
      [String]
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

  struct Disable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "停用 · shut an account; all its sign-ins and tokens end at once",
      discussion: "jiebang user disable per_01J… --reason 离职")

    @Argument(help: "人员标识 · the person's id") var id: ID<Person>
    @Option(help: "理由 · why") var reason: String

    func run() async throws {
      try await command {
        try await Session.with { try await $0.move(id, .disable, ["reason": .string(reason)]) }
      }
    }
  }

  struct Enable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "恢复 · open an account again", discussion: "jiebang user enable per_01J…")

    @Argument(help: "人员标识 · the person's id") var id: ID<Person>

    func run() async throws {
      try await command { try await Session.with { try await $0.move(id, .enable) } }
    }
  }

  struct Reset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "重设密码 · a link for a new password, shown once",
      discussion: "jiebang user reset per_01J…\njiebang user reset per_01J… --second-factor")

    @Argument(help: "人员标识 · the person's id") var id: ID<Person>
    @Flag(help: "同时取消两步验证(验证器和恢复码都已丢失) · take off the second factor as well, when all of it is lost")
    var secondFactor = false

    func run() async throws {
      try await command {
        let (link, secret) = try await Session.with { session in
          try await session.market().work(as: .system) { work in
            if secondFactor { try await work.takeOffSecondFactor(of: id) }
            return try await work.offerPasswordReset(of: id)
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

    @Argument(help: "人员标识 · the person's id") var id: ID<Person>
    @Option(help: "目的 · what it is for") var purpose: String

    func run() async throws {
      try await command {
        Console.out(
          try await Session.with { session in
            try await session.market().work(as: .system) { work in try await work.reveal(id, purpose: purpose) }
          })
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
