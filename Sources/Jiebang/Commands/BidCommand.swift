import ArgumentParser
import Market

struct BidCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bid", abstract: "揭榜书的加密与回执核验 · sealing a bid oneself, verifying a receipt; needs no database",
    subcommands: [Seal.self, VerifyReceipt.self])

  struct Seal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "seal", abstract: "自行加密 · seal a bid under a challenge's keys, so that the platform never sees it",
      discussion: """
        seal.json is GET /api/v1/challenges/{id}/seal, bid.json what would be sent in the clear: price, plan, team,
        achievement, and of a joint bid members, cost_percent and ip_terms.
          jiebang bid seal bid.json --seal seal.json --organisation org_01J… > body.json
        The output is the body of POST /api/v1/challenges/{id}/bids.
        """)
    @Argument(help: "明文揭榜书 · file with the bid in the clear") var bid: String
    @Option(help: "题目密封公钥文件 · file with the challenge's seal") var seal: String
    @Option(help: "本单位标识 · one's own organisation") var organisation: ID<Organisation>

    func run() async throws {
      try await command {
        let seal = try NamedFile.json(seal)
        var keys: [Envelope: SealingPublicKey] = [:]
        for envelope in Envelope.allCases {
          keys[envelope] = try seal["\(envelope.rawValue)_key"]?.string.map { try SealingPublicKey(pem: $0) }
        }
        guard let challenge = seal["challenge"]?.string.flatMap({ ID<Challenge>($0) }) else {
          throw Refusal.malformedJSON
        }
        let sealed = try BidContent(try NamedFile.json(bid), by: organisation).sealed(under: keys, on: challenge)
        var writer = JSONWriter()
        writer.object { json in
          json.string("technical", Base64.encode(sealed.technical))
          json.string("financial", Base64.encode(sealed.financial))
        }
        Console.out(String(decoding: writer.bytes, as: UTF8.self))
      }
    }
  }

  struct VerifyReceipt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify-receipt", abstract: "核验回执 · verify a receipt, and that the opening counted its bid",
      discussion: """
        key.json is GET /api/v1/receipt-keys/{key} (or a PEM file), events.json GET /api/v1/events with the challenge's opening.
          jiebang bid verify-receipt receipt.json --key key.json --events events.json
        """)
    @Argument(help: "回执文件 · file with the receipt") var receipt: String
    @Option(help: "平台公钥文件 · file with the platform's public key") var key: String
    @Option(help: "事件文件 · file with public events") var events: String?

    func run() async throws {
      try await command {
        guard let receipt = Receipt(try NamedFile.json(receipt)) else {
          throw Self.failed("回执格式不正确", "this is no receipt")
        }
        let text = String(decoding: try NamedFile.read(key), as: UTF8.self)
        let pem = JSONValue.parse(text.utf8)?["public_key"]?.string ?? text
        guard try receipt.isSigned(by: PublicKey(pem: pem)) else {
          throw Self.failed("签名不符:不是该密钥签发,或已被改动", "the signature does not fit: another key's, or changed since")
        }
        Console.out(
          Console.pick(
            Phrase(
              "✓ 签名有效:\(receipt.receivedAt.text) 收到,承诺值 \(receipt.commitment.hex)",
              "✓ signed: received at \(receipt.receivedAt.text), commitment \(receipt.commitment.hex)")))
        guard let events else { return }
        let opening = try NamedFile.json(events)["items"]?.array?.first {
          $0["type"]?.string == "challenge.open" && $0["object"]?.string == receipt.challenge.text
        }
        guard let opening else { throw Self.failed("事件中没有该题目的开启记录", "no opening of this challenge among the events") }
        let counted = opening["data"]?["commitments"]?.array?.contains(.string(receipt.commitment.hex)) == true
        guard counted else { throw Self.failed("开启记录中没有这份揭榜书", "the opening does not count this bid") }
        Console.out(Console.pick(Phrase("✓ 开启记录中有这份揭榜书", "✓ the opening counts this bid")))
      }
    }

    private static func failed(_ zh: String, _ en: String) -> ExitCode {
      Console.error(Console.pick(Phrase(zh, en)))
      return ExitCode(7)
    }
  }
}

extension NamedFile {
  /// - Throws: `Refusal` when there is no such file, or it is not JSON.
  fileprivate static func json(_ path: String) throws -> JSONValue {
    guard let json = JSONValue.parse(try read(path)) else {
      throw Refusal.invalid([Issue(code: "not_json", detail: Phrase("不是 JSON:\(path)", "not JSON: \(path)"))])
    }
    return json
  }
}
