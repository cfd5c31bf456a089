import ArgumentParser
import Market

struct Import: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "导入 CSV · read a CSV file of achievements or challenges as drafts",
    discussion: """
      Every row is checked before anything is written; each fault is reported by row (the header is row 1) and column.
      Nothing is written unless every row is good, or --valid-rows takes the good ones.
        jiebang import achievements Samples/achievements.csv
        jiebang import challenges needs.csv --organisation org_01J… --check
      """,
    subcommands: [Achievements.self, Challenges.self])

  struct Achievements: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "成果 · achievements",
      discussion: Options.columns(Achievement.self, "jiebang import achievements Samples/achievements.csv"))
    @OptionGroup var options: Options
    func run() async throws { try await options.run(Achievement.self) }
  }

  struct Challenges: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "题目 · challenges",
      discussion: Options.columns(Challenge.self, "jiebang import challenges Samples/challenges.csv --check"))
    @OptionGroup var options: Options
    func run() async throws { try await options.run(Challenge.self) }
  }

  struct Options: ParsableArguments {
    @Argument(help: "CSV 文件(UTF-8) · the file, UTF-8", completion: .file(extensions: ["csv"])) var file: String
    @Option(help: "文件未写单位时的归属单位 · whose rows they are when the file does not say") var organisation: ID<Organisation>?
    @Flag(help: "有错的行跳过,其余写入 · write the good rows, leave out the bad") var validRows = false
    @Flag(help: "只检查,不写入 · check only") var check = false
    @Flag(help: "以 JSON 输出结果 · the result as JSON") var json = false

    /// What a file of this kind may say, from the same table that reads it.
    static func columns<O: Importable>(_: O.Type, _ example: String) -> String {
      let names = O.csvColumns.map { $0.isRequired ? "\($0.name)*" : $0.name }.joined(separator: ", ")
      return "列 · columns, in any order (* 必需 · required): \(names)\n  \(example)"
    }

    func run<O: Importable>(_: O.Type) async throws {
      try await command {
        let outcome = try await Session.with { session in try await load(O.self, session) }
        outcome.report(json)
        // With --valid-rows bad rows are no failure, unless nothing at all could be used.
        if !outcome.issues.isEmpty, !validRows || outcome.written == 0 { throw ExitCode(2) }
      }
    }

    private func load<O: Importable>(_: O.Type, _ session: Session) async throws -> Outcome {
      let market = try await session.market()
      if let organisation { _ = try await market.organisation(organisation) }
      let csv: CSV
      do { csv = try CSV(try NamedFile.read(file)) } catch let defect as CSV.Defect {
        Console.error("\(file): \(Console.pick(defect.phrase))")
        throw ExitCode(2)
      }
      let checking = Progress(Console.pick(Phrase("检查", "checking")), total: csv.rows.count)
      let regions = try await market.regionCodes()
      let read = Result { () throws(Refusal) in
        try ImportPlan<O>(csv, hasOwner: organisation != nil, regions: regions, progress: checking.update)
      }
      if case .failure(.invalid(let issues)) = read {
        return Outcome(total: csv.rows.count, written: 0, issues: issues, seconds: 0)
      }
      let plan = try read.get()
      if check || (!plan.issues.isEmpty && !validRows) {
        return Outcome(total: plan.total, written: 0, issues: plan.issues, seconds: 0)
      }
      let writing = Progress(Console.pick(Phrase("写入", "writing")), total: plan.rows.count)
      let clock = ContinuousClock(), began = clock.now
      let (written, refused) = try await market.importRows(
        plan, owner: organisation, validOnly: validRows, progress: writing.update)
      return Outcome(
        total: plan.total, written: written, issues: plan.issues + refused, seconds: (clock.now - began) / .seconds(1))
    }
  }

  struct Outcome: Sendable {
    let total: Int
    let written: Int
    let issues: [Issue]
    /// What the transaction took.
    let seconds: Double

    func report(_ asJSON: Bool) {
      guard asJSON else {
        for issue in issues { Console.note(Console.pick(issue.line)) }
        let bad = Set(issues.compactMap(\.row)).count
        Console.out(
          Console.pick(
            Phrase(
              "共 \(total) 行,写入 \(written) 行,有问题 \(bad) 行", "\(total) rows, \(written) written, \(bad) with problems")))
        return
      }
      var json = JSONWriter()
      json.object { json in
        json.int("rows", total)
        json.int("written", written)
        json.double("write_seconds", seconds)
        json.array("errors") { json in
          for issue in issues {
            json.object { json in
              json.int("row", issue.row ?? 0)
              json.string("column", issue.column)
              json.string("code", issue.code)
              json.string("detail", Console.pick(issue.detail))
            }
          }
        }
      }
      Console.out(String(decoding: json.bytes, as: UTF8.self))
    }
  }
}
