import ArgumentParser
import Market

struct Migrate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "数据库结构 · bring the schema and the rulebook up to date, or say where they are",
    subcommands: [Up.self, Status.self], defaultSubcommand: Up.self)

  struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "升级 · apply what is missing", discussion: "jiebang migrate up")

    func run() async throws {
      try await command {
        try await Session.with(migrate: false) { session in
          let applied = try await session.migrate(purpose: .production)
          for name in applied { Console.out(name) }
          Console.note(
            Console.pick(
              applied.isEmpty
                ? Phrase("已是最新", "up to date") : Phrase("已应用 \(applied.count) 步", "\(applied.count) applied")))
        }
      }
    }
  }

  struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "状态 · what is applied and what is not; exit code 7 when something is missing",
      discussion: "jiebang migrate status")

    func run() async throws {
      try await command {
        let missing = try await Session.with(migrate: false) { session in
          let steps = try await Migrator(session.database, folder: session.share + "/Migrations").status()
          for step in steps { Console.out("\(step.isApplied ? "applied" : "missing")  \(step.name)") }
          return steps.contains { !$0.isApplied }
        }
        if missing { throw ExitCode(7) }
      }
    }
  }
}
