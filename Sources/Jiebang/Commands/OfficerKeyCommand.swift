import ArgumentParser
import Glibc
import Market

struct OfficerKeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "officer-key", abstract: "揭榜书开启人的密钥 · keys of those who open bids",
    subcommands: [New.self, List.self, Revoke.self])

  struct New: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "生成 · make a key: the private half goes into a file, the public half is registered",
      discussion: """
        An operator and a supervisor hold one each; what is published afterwards opens only with both.
          jiebang officer-key new --organisation org_01J… --role operator --label 值班一 --file operator.pem
        """)

    @Option(help: "单位标识 · the organisation's id") var organisation: ID<Organisation>
    @Option(help: "岗位:operator, supervisor · office") var role: String
    @Option(help: "持有人账号标识 · the account of whoever holds it; nobody holds two") var person: ID<Person>?
    @Option(help: "持有人 · who holds it") var label: String
    @Option(help: "私钥文件,须不存在 · file for the private half; must not exist") var file: String
    @Option(help: "密码套件:sm, std · cipher suite") var suite = CipherSuite.sm.rawValue

    func run() async throws {
      try await command {
        guard let role = Role(rawValue: role), OfficerKey.roles.contains(role) else {
          throw ValidationError(Phrase("--role 应为 operator 或 supervisor", "--role takes operator or supervisor"))
        }
        guard let suite = CipherSuite(rawValue: suite) else {
          throw ValidationError(Phrase("--suite 应为 sm 或 std", "--suite takes sm or std"))
        }
        try await Session.with { session in
          let market = try await session.market()
          _ = try await market.organisation(organisation)
          if let person { _ = try await market.find(person, for: .system) }
          let key = try await market.makeOfficerKey(
            for: organisation, role: role, person: person, label: label, file: file, suite: suite)
          Console.note(
            Console.pick(
              Phrase(
                "私钥在 \(file),丢失即无法开启,请另行备份", "the private half is in \(file): keep a copy, without it nothing opens")))
          Console.out(key.id.text)
        }
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "列表 · all officers' keys", discussion: "jiebang officer-key list --json")
    @Flag(help: "每行一个 JSON · JSON lines") var json = false

    func run() async throws {
      try await command {
        let keys = try await Session.with { session in try await session.market().officerKeys() }
        guard json else {
          var table = Table([
            "id", Console.pick(Phrase("单位", "organisation")), Console.pick(Phrase("岗位", "office")),
            Console.pick(Phrase("持有人", "holder")), Console.pick(Phrase("指纹", "fingerprint")),
            Console.pick(Phrase("撤销", "revoked")),
          ])
          for key in keys {
            table.add([
              key.id.text, key.organisationName, key.role.rawValue, key.label, key.publicKey.id,
              key.revokedAt?.dateInShanghai.text ?? "",
            ])
          }
          return Console.out(table.text)
        }
        for key in keys {
          var writer = JSONWriter()
          writer.object { json in
            json.string("id", key.id.text)
            json.string("organisation", key.organisation.text)
            json.string("role", key.role.rawValue)
            json.string("person", key.person?.text)
            json.string("label", key.label)
            json.string("public_key", key.publicKey.pem)
            json.bool("revoked", key.revokedAt != nil)
          }
          Console.out(String(decoding: writer.bytes, as: UTF8.self))
        }
      }
    }
  }

  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "撤销 · end a key: what is published afterwards is not sealed for it",
      discussion: "jiebang officer-key revoke ofk_01J…")
    @Argument(help: "密钥标识 · id of the key") var id: ID<OfficerKey>

    func run() async throws {
      try await command {
        let done = try await Session.with { session in try await session.market().revoke(id) }
        guard done else { throw Refusal.notFound(Phrase("有效的开启人密钥", "officer's key in force")) }
      }
    }
  }
}

extension Market {
  /// Makes an officer's key pair: the private half into a new file that its owner alone may read, the public half registered.
  func makeOfficerKey(
    for organisation: ID<Organisation>, role: Role, person: ID<Person>? = nil, label: String, file: String,
    suite: CipherSuite = .sm
  ) async throws -> OfficerKey {
    let key = try SealingPrivateKey(suite)
    guard try KeyFile.create(file, try key.pem()) else {
      throw Refusal.conflict(code: "file_exists", detail: Phrase("文件已存在:\(file)", "the file exists: \(file)"))
    }
    do {
      return try await work(as: .system) { work in
        try await work.register(key.publicKey, for: organisation, role: role, person: person, label: label)
      }
    } catch {
      // A key that was not registered is no key.
      unlink(file)
      throw error
    }
  }
}
