import TestSupport
import Testing

@Suite struct MatchSpeedTests {
  private static let documents = (0..<60).map { "\($0)\t柑橘 黄龙病 检测 x\($0) 油茶 示例" }.joined(separator: "\n") + "\n"
  private static let queries = """
    {"cls":"short","tok":["柑橘","检测"]}
    {"cls":"demand","tok":["柑橘","黄龙病","检测","方法","在","田间","快速","判断","是否","染病","油茶","也","可以"]}

    """

  private static func corpus(_ body: (String) async throws -> Void) async throws {
    try await Folder.with { folder in
      try folder.write("docs.tsv", text: documents)
      try folder.write("queries.jsonl", text: queries)
      try await body(folder.path)
    }
  }

  @Test(arguments: ["own", "given"]) func a_corpus_is_measured_in_one_line(_ tokens: String) async throws {
    try await Self.corpus { corpus in
      let outcome = try await jiebang().run("match", "speed", "--corpus", corpus, "--tokens", tokens)
      #expect(outcome.status == 0 && outcome.lines.count == 1, "\(outcome.err)")
      #expect(outcome.member("tokens") as? String == tokens)
      #expect(outcome.member("documents") as? Int == 60)
      let times = outcome.member("query_cpu_ms") as? [String: [String: Any]]
      #expect(times?.keys.sorted() == ["demand", "short"])
      #expect(times?.values.allSatisfy { $0.keys.sorted() == ["p50", "p95", "p99"] } == true)
    }
  }

  @Test func standing_demands_are_measured_in_one_line() async throws {
    try await Self.corpus { corpus in
      let outcome = try await jiebang().run(
        "match", "standing", "--corpus", corpus, "--standing", "100", "--published", "5")
      #expect(outcome.status == 0 && outcome.lines.count == 1, "\(outcome.err)")
      #expect(outcome.member("standing") as? Int == 100 && outcome.member("published") as? Int == 5)
      #expect(outcome.member("found_each") as? Double ?? 0 > 0, "they are of the same words")
    }
  }

  @Test func a_corpus_that_is_none_is_refused_with_its_file() async throws {
    try await Folder.with { folder in
      let absent = try await jiebang().run("match", "speed", "--corpus", folder.path)
      #expect(absent.status == 3 && absent.err.contains("queries.jsonl"))
      try folder.write("docs.tsv", text: "no tab\n")
      try folder.write("queries.jsonl", text: "{}\n")
      let torn = try await jiebang().run("match", "speed", "--corpus", folder.path)
      #expect(torn.status == 2 && torn.err.contains("第 1 行"))
    }
  }
}
