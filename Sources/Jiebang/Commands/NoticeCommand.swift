import ArgumentParser
import Market

struct NoticeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notice", abstract: "公示 · public notices", subcommands: [List.self, Show.self, Verify.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "列表 · public notices, newest first", discussion: "jiebang notice list --status running --kind price")
    @Option(help: "状态:\(Notice.State.allCases.map(\.rawValue).joined(separator: ", ")) · state") var status: String?
    @Option(help: "类别:\(NoticeKind.names.joined(separator: ", ")) · kind") var kind: String?
    @Option(help: "行政区划代码前缀 · leading digits of the region") var region: String?
    @Flag(help: "每行一个 JSON · JSON lines") var json = false

    func run() async throws {
      try await command {
        var filters: [String: String] = [:]
        (filters["status"], filters["kind"], filters["region"]) = (status, kind, region)
        let asked = filters
        try await Session.with { session in
          let market = try await session.market()
          var table = Table(
            [
              Phrase("编号", "number"), Phrase("状态", "state"), Phrase("截止", "ends"), Phrase("标题", "title"),
              Phrase("标识", "id"),
            ]
            .map(Console.pick))
          var token: String?
          repeat {
            let page = try await market.list(
              Notice.self, for: .anonymous, filters: asked, page: PageRequest(size: 200, token: token))
            for notice in page.items {
              if json {
                var writer = JSONWriter()
                notice.write(for: .anonymous, into: &writer)
                Console.out(String(decoding: writer.bytes, as: UTF8.self))
              } else {
                let end = notice.endsAt?.adding(seconds: -1).dateInShanghai.text ?? ""
                table.add([
                  notice.number ?? "", notice.state.rawValue, end, notice.title.clipped(to: 48), notice.id.text,
                ])
              }
            }
            token = page.next
          } while token != nil
          if !json { Console.out(table.text) }
        }
      }
    }
  }

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
