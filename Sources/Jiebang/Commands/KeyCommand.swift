import ArgumentParser
import Market

struct KeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "平台密钥 · the platform's own keys, for receipts and for opening without officers",
    subcommands: [Rotate.self])

  struct Rotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "换钥 · a new key in the place of the present one; what the old one signed or sealed stays good",
      discussion: """
        receipt signs receipts, opening opens plain demands. The key that names bidders is never changed.
          jiebang key rotate receipt
        """)
    @Argument(help: "receipt, opening · which one") var purpose: String

    func run() async throws {
      try await command {
        guard let purpose = PlatformKeys.Rotated(rawValue: purpose) else {
          throw ValidationError(Phrase("应为 receipt 或 opening", "takes receipt or opening"))
        }
        try await Session.with { session in
          Console.out(try await session.market().rotate(purpose))
          Console.note(
            Console.pick(
              Phrase(
                "密钥在 \(session.home)/keys,请备份,并复制到不共用此目录的服务器",
                "it is in \(session.home)/keys: back it up, and copy it to servers that do not share this folder")))
        }
      }
    }
  }
}
