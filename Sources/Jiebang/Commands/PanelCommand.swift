import ArgumentParser
import Market

struct PanelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "panel", abstract: "评审组 · review panels",
    subcommands: [ListObjects<Panel>.self, ShowObject<Panel>.self, Draw.self, Verify.self])

  struct Draw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "抽签记录 · what is published of a draw, as JSON",
      discussion: "jiebang panel draw pan_01J… > draw.json, then anywhere: jiebang panel verify draw.json")
    @Argument(help: "评审组标识 · id of the panel") var id: ID<Panel>

    func run() async throws {
      try await command {
        let record = try await Session.with { session in
          try await session.market().drawRecord(of: id, for: .system)
        }
        Console.json { $0.raw(record) }
      }
    }
  }

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "按公开记录重抽一次;不需要数据库 · draw again from a published record; no database needed",
      discussion: """
        curl -s http://127.0.0.1:8080/api/v1/panels/pan_01J…/draw > draw.json
        jiebang panel verify draw.json
        That the list was frozen before the seed was known is in the ledger: its event holds pool_digest, its head the seed.
        """)
    @Argument(help: "抽签记录文件 · file with the record") var file: String

    func run() async throws {
      try await command {
        do {
          let seats = try DrawRecord.verify(JSONValue.parse(try NamedFile.read(file)) ?? .null)
          Console.out(
            "✓ \(file): "
              + Console.pick(Phrase("名单、签号、顺序与席位均与种子相符", "list, tickets, order and seats follow from the seed")))
          for expert in seats { Console.out(expert) }
        } catch let fault as LedgerFault {
          Console.out("✗ \(file): \(Console.pick(fault.phrase))")
          throw ExitCode(7)
        }
      }
    }
  }
}
