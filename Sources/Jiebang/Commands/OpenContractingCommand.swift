import ArgumentParser
import Market

struct OpenContractingCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ocds", abstract: "公开采购数据(OCDS 1.1) · releases under the Open Contracting Data Standard",
    subcommands: [ExportReleases.self, CheckReleases.self, SetPublisher.self])

  struct ExportReleases: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export", abstract: "导出发布项,一行一个 · every release, a line each",
      discussion: "jiebang ocds export --month 2026-03 > releases.jsonl")
    @Option(help: "只要这个月的发布项,如 2026-03,与 /ocds/months/2026-03.jsonl 相同 · the file of a month") var month: String?

    func run() async throws {
      try await command {
        try await Session.with { session in
          let open = try await session.market().openContracting
          if let month {
            return try await open.write(try await open.month(month)) {
              Console.out(String(decoding: $0, as: UTF8.self), terminator: "")
            }
          }
          var cursor: Int64? = 0, count = 0
          while let place = cursor {
            let page = try await open.releases(after: place, limit: 500)
            for release in page.releases { Console.out(String(decoding: release, as: UTF8.self)) }
            count += page.releases.count
            cursor = page.next
          }
          Console.note(Console.pick(Phrase("共 \(count) 个发布项", "\(count) releases")))
        }
      }
    }
  }

  struct CheckReleases: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check", abstract: "检查发布项前后是否相符(须为全部导出,不是单月) · whether all exported releases fit together",
      discussion: "jiebang ocds check releases.jsonl")
    @Argument(help: "导出的文件 · the exported file") var file: String

    func run() async throws {
      try await command {
        let lines = String(decoding: try NamedFile.read(file), as: UTF8.self).split(separator: "\n")
        var processes: [String: [JSONValue]] = [:]
        for (number, line) in lines.enumerated() {
          guard let release = JSONValue.parse(line.utf8), let ocid = release["ocid"]?.string else {
            throw ValidationError(Phrase("\(file):\(number + 1):不是发布项", "\(file):\(number + 1): not a release"))
          }
          processes[ocid, default: []].append(release)
        }
        let findings = processes.sorted { $0.key < $1.key }.flatMap { ReleaseCheck.findings($0.value.inOrder) }
        for finding in findings { Console.out(finding) }
        Console.note(
          Console.pick(
            Phrase(
              "\(processes.count) 个过程,\(lines.count) 个发布项,\(findings.count) 处不符",
              "\(processes.count) processes, \(lines.count) releases, \(findings.count) findings")))
        if !findings.isEmpty { throw ExitCode(7) }
      }
    }
  }

  struct SetPublisher: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "publisher", abstract: "设定发布者与注册前缀 · under which prefix and name releases are published",
      discussion: "jiebang ocds publisher --prefix ocds-a1b2c3 --name 示例市技术转移中心")
    @Option(help: "开放合同伙伴组织发给的前缀 · the prefix that was given out") var prefix: String
    @Option(help: "发布者名称 · the publisher's name") var name: String

    func run() async throws {
      try await command {
        try await Session.with { session in
          try await session.market().setPublisher(prefix: prefix, name: name)
          Console.note("\(prefix) \(name)")
        }
      }
    }
  }
}

extension [JSONValue] {
  /// Releases by their number: a file has them as the ledger does, where what followed from a move stands behind the move.
  fileprivate var inOrder: [JSONValue] {
    func number(_ release: JSONValue) -> Int {
      release["id"]?.string?.split(separator: "-").last.flatMap { Int($0) } ?? .max
    }
    return sorted { number($0) < number($1) }
  }
}
