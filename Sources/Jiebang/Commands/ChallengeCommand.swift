import ArgumentParser
import Market

struct ChallengeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "challenge", abstract: "榜单题目 · challenges",
    subcommands: [
      ListObjects<Challenge>.self, ShowObject<Challenge>.self, Open.self, Proposals.self, Invitations.self,
      Signals.self,
    ])

  struct Open: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "交出开启份额 · give an officer's share; with the second one the envelopes are opened",
      discussion: """
        After the deadline the operator and the supervisor each run it with their own key file:
          jiebang challenge open chl_01J… --key operator.pem
          jiebang challenge open chl_01J… --key supervisor.pem
        After the technical review the same again with --prices.
        """)
    @Argument(help: "题目标识 · id of the challenge") var id: ID<Challenge>
    @Option(help: "私钥文件 · file with the officer's private key") var key: String
    @Flag(help: "开启报价信封 · open the financial envelopes") var prices = false

    func run() async throws {
      try await command {
        let envelope = prices ? Envelope.financial : .technical
        let secret = try SealingPrivateKey(pem: try KeyFile.text(key))
        let given = try await Session.with { session in
          let market = try await session.market()
          guard let officer = try await market.officerKey(secret.publicKey), officer.revokedAt == nil else {
            throw Refusal.notFound(Phrase("与该文件对应的有效开启人密钥", "officer's key in force for this file"))
          }
          let shares = try await market.shares(of: id, for: officer.caller)
          guard let share = shares.first(where: { $0.key == officer.id && $0.envelope == envelope }) else {
            throw Refusal.notFound(Phrase("为该密钥加密的份额", "share sealed for this key"))
          }
          let opened = try share.open(with: secret, on: id)
          return try await market.work(as: officer.caller) { work in
            try await work.giveShare(
              of: id,
              Input([
                "envelope": .text(envelope.rawValue), "officer_key": .reference(officer.id.bits),
                "share": .text(opened),
              ]))
          }
        }
        Console.note(
          Console.pick(
            given.isOpened
              ? Phrase("份额已齐,信封已开启", "all shares are in: the envelopes are open")
              : Phrase("份额已收,等待另一名开启人", "the share is in: the other officer is awaited")))
        Console.out(given.isOpened ? "opened" : "waiting")
      }
    }
  }
}

extension KeyFile {
  /// The text of a key file that has to be there.
  static func text(_ path: String) throws -> String {
    guard let text = try read(path) else {
      throw Refusal.notFound(Phrase("密钥文件:\(path)", "key file: \(path)"))
    }
    return text
  }
}
