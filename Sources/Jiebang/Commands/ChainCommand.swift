import ArgumentParser
import Market
import MatchEngine

struct ChainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chain", abstract: "产业链 · industry chains and their three lists",
    subcommands: [ListObjects<Chain>.self, Import.self, Report.self])

  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "导入三张清单 · read a CSV file of the three lists into a chain, made when there is none",
      discussion: """
        列 · columns (* 必需 · required): node*, list, name, description, source
        list: \(ChainEntry.lists.joined(separator: ", "))
          jiebang chain import chain.csv --name 柑橘产业链 --region 450300 --organisation org_01J…
        """)
    @Argument(help: "CSV 文件(UTF-8) · the file, UTF-8", completion: .file(extensions: ["csv"])) var file: String
    @Option(help: "产业链名称 · name of the chain") var name: String
    @Option(help: "行政区划代码 · region") var region: String
    @Option(help: "编制单位 · whose operator keeps it") var organisation: ID<Organisation>
    @Flag(help: "只检查,不写入 · check only") var check = false

    func run() async throws {
      try await command {
        try await Session.with { session in
          let market = try await session.market()
          _ = try await market.organisation(organisation)
          let csv: CSV
          do { csv = try CSV(try NamedFile.read(file)) } catch let defect as CSV.Defect {
            Console.error("\(file): \(Console.pick(defect.phrase))")
            throw ExitCode(2)
          }
          let read = ChainFile(csv)
          if check || !read.issues.isEmpty {
            for issue in read.issues { Console.note(Console.pick(issue.line)) }
            Console.out(
              Console.pick(
                Phrase(
                  "共 \(read.total) 行,有问题 \(read.issues.count) 处", "\(read.total) rows, \(read.issues.count) problems")))
            if !read.issues.isEmpty { throw ExitCode(2) }
            return
          }
          let keeper = Caller(organisation: organisation, token: nil, role: .operator)
          let chain = try await market.record(read, in: name, region: region, as: keeper)
          Console.out(
            Console.pick(
              Phrase(
                "\(chain.id) \(chain.name):\(chain.nodes) 个环节,\(read.total) 行",
                "\(chain.id) \(chain.name): \(chain.nodes) nodes, \(read.total) rows")))
        }
      }
    }
  }

  struct Report: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "缺口报告 · nodes with a gap and no demand, and achievements that could answer",
      discussion: "jiebang chain report chn_01J… --limit 3")
    @Argument(help: "产业链标识 · id of the chain") var id: ID<Chain>
    @Option(help: "每项缺口列出的成果数 · achievements a gap") var limit = 3
    @Flag(help: "以 JSON 输出 · as JSON") var json = false

    func run() async throws {
      try await command {
        guard (1...100).contains(limit) else {
          throw ValidationError(Phrase("--limit 应为 1 至 100", "--limit is 1 to 100"))
        }
        try await Session.with { session in
          let matcher = Matcher(try await session.market(), lexicon: try Lexicon.shipped(in: session.share))
          try await matcher.load()
          let report = try await matcher.report(on: id, for: .system, limit: limit)
          Console.out(json ? Self.json(report) : Self.text(report))
        }
      }
    }

    static func json(_ report: ChainReport) -> String {
      var json = JSONWriter()
      report.write(for: .system, into: &json)
      return String(decoding: json.bytes, as: UTF8.self)
    }

    static func text(_ report: ChainReport) -> String {
      let figures = ChainReport.Coverage.fields.map { "\(Console.pick($0.doc)) \($0.value(report.coverage))" }
      var lines = [report.chain.name, figures.joined(separator: " · ")]
      for line in report.lines {
        lines.append("\n\(line.node.name):\(line.gap.name)")
        if line.achievements.isEmpty {
          lines.append("   " + Console.pick(Phrase("没有可对接的成果", "no achievement answers it")))
        }
        for hit in line.achievements {
          let invented = hit.object.origin == "constructed" ? Console.pick(Phrase(" [示例,非真实]", " [invented]")) : ""
          lines.append(
            "   \(hit.object.title)\(invented) · \(hit.object.organisationName) · \((hit.score * 100).rounded() / 100)")
        }
      }
      return lines.joined(separator: "\n")
    }
  }
}
