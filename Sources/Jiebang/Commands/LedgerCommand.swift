import ArgumentParser
import Market

struct LedgerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger", abstract: "账本 · the sealed ledger: its signed head, proofs, and their check by anybody",
    subcommands: [Head.self, Prove.self, Export.self, Verify.self, Key.self])

  struct Head: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "最新签名 · the newest signed head", discussion: "jiebang ledger head > head.json")

    func run() async throws {
      try await command {
        try await Session.with { session in
          guard let head = try await session.market().ledger.head() else {
            throw Refusal.notFound(Phrase("签名:启动服务后一秒内会有", "head: one is signed within a second once a server runs"))
          }
          Console.out(String(decoding: head.bytes, as: UTF8.self))
        }
      }
    }
  }

  struct Prove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "证明 · the proof that an event is in the ledger",
      discussion: "jiebang ledger prove evt_01J… > proof.json")
    @Argument(help: "事件标识 · the event's id") var event: ID<Event>

    func run() async throws {
      try await command {
        try await Session.with { session in
          guard let proof = try await session.market().ledger.proof(of: event, as: nil) else {
            throw Refusal.notFound(Phrase("事件", "event"))
          }
          Console.out(String(decoding: proof, as: UTF8.self))
        }
      }
    }
  }

  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "导出 · what everybody may have of the ledger, as JSON lines",
      discussion: "jiebang ledger export > ledger.jsonl")

    func run() async throws {
      try await command {
        try await Session.with { session in
          try await session.market().ledger.export { Console.out(String(decoding: $0, as: UTF8.self), terminator: "") }
        }
      }
    }
  }

  struct Key: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "密钥 · the keys that sign the ledger", subcommands: [Show.self, Rotate.self],
      defaultSubcommand: Show.self)

    struct Show: AsyncParsableCommand {
      static let configuration = CommandConfiguration(
        abstract: "公钥 · the public keys, each vouched for by the one before",
        discussion: "jiebang ledger key > key.json")

      func run() async throws {
        try await command {
          try await Session.with { session in
            Console.out(String(decoding: try await session.market().ledger.keyDocument(), as: UTF8.self))
          }
        }
      }
    }

    struct Rotate: AsyncParsableCommand {
      static let configuration = CommandConfiguration(
        abstract: "换钥 · make a new key that the present one vouches for; servers that have its file sign with it",
        discussion: "jiebang ledger key rotate --algorithm ed25519")
      @Option(help: "签名算法:sm2 或 ed25519,默认不变 · algorithm") var algorithm: String?

      func run() async throws {
        try await command {
          let algorithm = try self.algorithm.map { text in
            guard let algorithm = SignatureAlgorithm(rawValue: text) else {
              throw ValidationError(Phrase("--algorithm 应为 sm2 或 ed25519", "--algorithm is sm2 or ed25519"))
            }
            return algorithm
          }
          try await Session.with { session in
            let keyring = LedgerKeyring(folder: session.home + "/keys")
            let signer = try await keyring.rotate(try await session.market().ledger, to: algorithm)
            Console.out(signer.id)
            Console.note(
              Console.pick(
                Phrase(
                  "私钥在 \(keyring.folder),请备份,并复制到其他服务器",
                  "its secret is in \(keyring.folder): back it up, and copy it to other servers")))
          }
        }
      }
    }
  }
}
