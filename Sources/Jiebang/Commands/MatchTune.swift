import ArgumentParser
import FoundationEssentials
import Market
import MatchEngine

struct MatchTune: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune", abstract: "调权 · refit the weights of the ranking to what became of its matches",
    discussion: """
      Reads what was viewed, contacted, declined and dealt, fits Lexicon/weights.csv to it and judges the result on challenges
      that were not looked at (cross-validation). Without --write nothing is changed; a server reads the file at its start.
        jiebang match tune --folds 5
      """)

  @Option(help: "交叉验证折数,2 至 20 · folds") var folds = 5
  @Flag(help: "更好时写入 weights.csv · write the file when the weights are better") var write = false
  @Flag(help: "以 JSON 输出 · as JSON") var json = false

  func run() async throws {
    try await command {
      guard (2...20).contains(folds) else { throw ValidationError(Phrase("--folds 应为 2 至 20", "--folds is 2 to 20")) }
      try await Session.with { session in
        let lexicon = try Lexicon.shipped(in: session.share)
        let matcher = Matcher(try await session.market(), lexicon: lexicon)
        try await matcher.load()
        let tuning = MatchTuning(try await matcher.judged(), present: lexicon.weights)
        guard tuning.isEnough else { throw tooLittle(tuning) }
        let outcome = tuning.run(folds: folds)
        Console.out(json ? report(outcome, lexicon.weights) : table(outcome, lexicon.weights))
        guard write, outcome.isBetter else { return }
        let path = "\(session.share)/Lexicon/weights.csv"
        try Data(outcome.weights.csv.utf8).write(to: URL(filePath: path), options: .atomic)
        Console.note(
          Console.pick(Phrase("已写入 \(path),重启服务后生效", "written to \(path); a server reads it at its next start")))
      }
    }
  }

  private func tooLittle(_ tuning: MatchTuning) -> Refusal {
    let (queries, documents) = (MatchTuning.leastQueries, MatchTuning.leastDocuments)
    return .conflict(
      code: "too_little_feedback",
      detail: Phrase(
        "反馈太少,不能据以调权:需要至少 \(queries) 道题、\(documents) 个匹配的反馈,且每题的结果有好有坏;现有 \(tuning.count) 道题、\(tuning.documents) 个",
        "too little feedback to fit to: at least \(queries) challenges with \(documents) matches whose outcomes differ are needed; there are \(tuning.count) with \(tuning.documents)"
      ))
  }

  private func table(_ outcome: MatchTuning.Outcome, _ present: MatchWeights) -> String {
    var folds = Table(
      [
        Console.pick(Phrase("折", "fold")), Console.pick(Phrase("题数", "challenges")),
        Console.pick(Phrase("现用 nDCG", "nDCG before")), Console.pick(Phrase("调后 nDCG", "nDCG after")),
      ], rightAligned: [0, 1, 2, 3])
    for (number, fold) in outcome.folds.enumerated() {
      folds.add(["\(number + 1)", "\(fold.queries)", rounded(fold.before), rounded(fold.after)])
    }
    var weights = Table(
      [
        Console.pick(Phrase("权重", "weight")), Console.pick(Phrase("现用", "before")),
        Console.pick(Phrase("调后", "after")),
      ], rightAligned: [1, 2])
    for knob in MatchWeights.knobs {
      weights.add([knob.name, "\(present[keyPath: knob.path])", "\(outcome.weights[keyPath: knob.path])"])
    }
    let verdict =
      outcome.isBetter
      ? Phrase("在未参与拟合的题上更好", "better on challenges that were not fitted to")
      : Phrase("没有更好的权重,保持现用", "no better weights: the present ones stay")
    return [folds.text, weights.text, Console.pick(verdict)].joined(separator: "\n\n")
  }

  private func report(_ outcome: MatchTuning.Outcome, _ present: MatchWeights) -> String {
    var json = JSONWriter()
    json.object { json in
      json.bool("better", outcome.isBetter)
      json.double("before", outcome.before)
      json.double("after", outcome.after)
      json.array("folds") { json in
        for fold in outcome.folds {
          json.object { json in
            json.int("challenges", fold.queries)
            json.double("before", fold.before)
            json.double("after", fold.after)
          }
        }
      }
      json.array("weights") { json in
        for knob in MatchWeights.knobs {
          json.object { json in
            json.string("weight", knob.name)
            json.double("before", present[keyPath: knob.path])
            json.double("after", outcome.weights[keyPath: knob.path])
          }
        }
      }
    }
    return String(decoding: json.bytes, as: UTF8.self)
  }

  private func rounded(_ value: Double) -> String { "\((value * 10_000).rounded() / 10_000)" }
}
