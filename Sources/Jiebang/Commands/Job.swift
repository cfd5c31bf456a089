import ArgumentParser
import Market

struct Job: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "到期事项 · moves that wait for their moment", subcommands: [List.self, Retry.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "列表 · what is waiting, the next first", discussion: "jiebang job list --stalled")
    @Flag(help: "只看办理失败的 · only what was tried and failed") var stalled = false
    @Option(help: "条数 · how many") var limit = 50
    @Flag(help: "每行一个 JSON · JSON lines") var json = false

    func run() async throws {
      try await command {
        let jobs = try await Session.with { session in
          try await session.market().jobs(stalled: stalled, limit: min(max(limit, 1), 10_000))
        }
        guard !json else {
          for job in jobs { Console.out(job.json) }
          return
        }
        var table = Table(
          [
            Phrase("事项", "move"), Phrase("对象", "object"), Phrase("到期", "due at"), Phrase("次数", "attempts"),
            Phrase("原因", "why not"),
          ].map(Console.pick), rightAligned: [3])
        for job in jobs {
          table.add([job.move, job.object, job.at.text, "\(job.attempts)", (job.error ?? "").clipped(to: 60)])
        }
        Console.out(table.text)
      }
    }
  }

  struct Retry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "重试 · let failed moves be tried again at once",
      discussion: "jiebang job retry chl_01J…   or   jiebang job retry --all")
    @Argument(help: "对象标识 · id of the object") var object: String?
    @Flag(help: "全部 · all of them") var all = false

    func run() async throws {
      try await command {
        guard (object != nil) != all else {
          throw ValidationError(Phrase("请给出对象标识或 --all", "name an object, or --all"))
        }
        let count = try await Session.with { session in try await session.market().retryJobs(of: object) }
        guard count > 0 || all else { throw Refusal.notFound(Phrase("办理失败的事项", "failed move")) }
        Console.note(Console.pick(Phrase("\(count) 项将立即重试", "\(count) will be tried again at once")))
      }
    }
  }
}

extension DueJob {
  var json: String {
    var writer = JSONWriter()
    writer.object { json in
      json.string("move", move)
      json.string("object", object)
      json.instant("at", at)
      json.int("attempts", attempts)
      json.string("wait_until", waitUntil?.text)
      json.string("error", error)
    }
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
