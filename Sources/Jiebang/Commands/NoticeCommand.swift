import ArgumentParser
import Market

struct NoticeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notice", abstract: "公示 · public notices",
    subcommands: [ListObjects<Notice>.self, Show.self, Verify.self])

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "查看 · one, by its id or its number", discussion: "jiebang notice show 2026/12 --json > notice.json")
    @Argument(help: "标识或 年/号 · ntc_01J… or 2026/12") var name: String
    @Flag(help: "以 JSON 输出 · as JSON, what `verify` reads") var json = false
    @Flag(help: "公示无异议证明 · the certificate that it closed without objection") var certificate = false

    func run() async throws {
      try await command {
        try await Session.with { session in
          let market = try await session.market()
          let notice = try await find(market)
          var writer = JSONWriter()
          if certificate {
            let certificate = try await market.certificate(of: notice.id, for: .anonymous)
            guard json else { return Console.out(certificate.text, terminator: "") }
            certificate.write(into: &writer)
          } else {
            guard json else { return Console.out(notice.text, terminator: "") }
            notice.write(for: .anonymous, into: &writer)
          }
          Console.out(String(decoding: writer.bytes, as: UTF8.self))
        }
      }
    }

    private func find(_ market: Market) async throws -> Notice {
      if let id = ID<Notice>(name) { return try await market.find(id, for: .anonymous) }
      let parts = name.split(separator: "/").map { Int($0) }
      guard parts.count == 2, let year = parts[0], let number = parts[1] else {
        throw ValidationError(Phrase("应为公示标识或 年/号,如 2026/12", "takes an id or year/number, like 2026/12"))
      }
      return try await market.notice(year: year, sequence: number, for: .anonymous)
    }
  }

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "核验 · whether a downloaded notice is what its hash says; exit code 7 when it is not. Needs no database",
      discussion: "jiebang notice verify notice.json")
    @Argument(help: "GET /api/v1/notices/{id} 的答复 · the answer of GET /api/v1/notices/{id}, `-` for standard input")
    var file: String

    func run() async throws {
      try await command {
        let bytes = try NamedFile.read(file)
        guard let json = JSONValue.parse(bytes), let said = json["hash"]?.string, let content = json["content"],
          content != .null
        else {
          throw Refusal.invalid([
            Issue(
              code: "not_a_notice",
              detail: Phrase("文件中没有公示内容和摘要(content、hash)", "the file holds no notice: `content` and `hash` are missing")
            )
          ])
        }
        let found = Notice.digest(of: String(decoding: content.canonical, as: UTF8.self))
        guard found == said else {
          Console.error(
            Console.pick(
              Phrase("内容与摘要不符:应为 \(said),实为 \(found)", "not what was published: \(said) is claimed, \(found) is found"))
          )
          throw ExitCode(7)
        }
        let number = json["number"]?.string ?? ""
        guard content["number"]?.string == number else {
          Console.error(Console.pick(Phrase("编号与公示内容不符", "the number is not that of the content")))
          throw ExitCode(7)
        }
        let wrong = NoticePerson.mismatches(
          json["persons"]?.array ?? [], salt: json["persons_salt"]?.string, in: content)
        guard wrong.isEmpty else {
          let places = wrong.map { "\($0 + 1)" }.joined(separator: ", ")
          Console.error(
            Console.pick(Phrase("第 \(places) 名人员与公示的摘要不符", "not the people that were published: number \(places)")))
          throw ExitCode(7)
        }
        Console.out("✓ \(number) \(found)")
      }
    }
  }
}
