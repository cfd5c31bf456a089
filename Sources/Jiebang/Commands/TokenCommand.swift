import ArgumentParser
import Market
import Server

struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "访问令牌 · API tokens", subcommands: [Create.self, List.self, Revoke.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "发放 · make a token; its secret is shown once",
      discussion: """
        jiebang token create --organisation org_01J… --role university --label 成果处
        jiebang token create --organisation org_01J… --role supervisor --label 大屏 --scope read --scope statistics:read
        """)

    @Option(help: "单位标识 · the organisation's id") var organisation: ID<Organisation>
    @Option(help: "角色:\(Role.allCases.map(\.rawValue).joined(separator: ", ")) · role") var role: String
    @Option(help: "用途说明 · what it is for") var label: String
    @Option(help: "有效天数,最多 366 · days it holds, 366 at most") var days = 365
    @Option(help: "权限范围,可重复,如 read、achievements:write;不填为该角色的全部 · scope, may be repeated; all unless told")
    var scope: [String] = []
    @Flag(help: "以 JSON 输出 · as JSON") var json = false

    func run() async throws {
      try await command {
        let scopes = try Route.checked(scopes: scope)
        guard let role = Role(rawValue: role) else {
          let roles = Role.allCases.map(\.rawValue).joined(separator: ", ")
          throw ValidationError(Phrase("--role 应为以下之一:\(roles)", "--role takes one of: \(roles)"))
        }
        guard (1...366).contains(days) else { throw ValidationError(Phrase("--days 应为 1 至 366", "--days is 1 to 366")) }
        try await Session.with { session in
          let market = try await session.market()
          _ = try await market.organisation(organisation)
          let (token, secret) = try await market.work(as: .system) { work in
            try await work.issueToken(for: organisation, role: role, label: label, days: days, scopes: scopes)
          }
          guard json else {
            Console.note(
              Console.pick(
                Phrase("令牌只显示这一次,\(token.expiresAt.text) 到期:", "shown this once; holds until \(token.expiresAt.text):"))
            )
            return Console.out(secret)
          }
          var writer = JSONWriter()
          writer.object { json in
            json.string("id", token.id.text)
            json.string("secret", secret)
            json.instant("expires_at", token.expiresAt)
          }
          Console.out(String(decoding: writer.bytes, as: UTF8.self))
        }
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "列表 · all tokens, without their secrets", discussion: "jiebang token list --json")
    @Flag(help: "每行一个 JSON · JSON lines") var json = false

    func run() async throws {
      try await command {
        try await Session.with { session in
          let tokens = try await session.market().tokens()
          guard json else {
            var table = Table([
              "id", Console.pick(Phrase("单位", "organisation")), Console.pick(Phrase("角色", "role")),
              Console.pick(Phrase("用途", "label")), Console.pick(Phrase("权限", "scopes")),
              Console.pick(Phrase("最近使用", "last used")), Console.pick(Phrase("到期", "until")),
              Console.pick(Phrase("撤销", "revoked")),
            ])
            for token in tokens {
              table.add([
                token.id.text, token.organisationName, token.role.rawValue, token.label,
                token.scopes?.joined(separator: " ") ?? "*", token.lastUsedAt?.text ?? "",
                token.expiresAt.dateInShanghai.text, token.revokedAt?.dateInShanghai.text ?? "",
              ])
            }
            Console.out(table.text)
            if tokens.isEmpty {
              Console.note(
                Console.pick(
                  Phrase("还没有令牌,用 `jiebang token create` 发放", "no tokens yet: make one with `jiebang token create`")))
            }
            return
          }
          for token in tokens {
            var writer = JSONWriter()
            writer.object { json in
              json.string("id", token.id.text)
              json.string("organisation", token.organisation.text)
              json.string("role", token.role.rawValue)
              json.string("label", token.label)
              json.instant("expires_at", token.expiresAt)
              json.key("scopes")
              if let scopes = token.scopes { json.strings(scopes) } else { json.null() }
              json.string("last_used_at", token.lastUsedAt?.text)
              json.bool("revoked", token.revokedAt != nil)
            }
            Console.out(String(decoding: writer.bytes, as: UTF8.self))
          }
        }
      }
    }
  }

  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "撤销 · end a token at once", discussion: "jiebang token revoke tok_01J…")
    @Argument(help: "令牌标识 · id of the token") var id: ID<Token>

    func run() async throws {
      try await command {
        let done = try await Session.with { session in try await session.market().revoke(id) }
        guard done else { throw Refusal.notFound(Phrase("有效令牌", "token in force")) }
      }
    }
  }
}
