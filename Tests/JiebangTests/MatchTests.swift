import Foundation
import Market
import TestSupport
import Testing

@Suite struct MatchTests {
  private static let evaluation = (
    docs: """
    {"id":"d1","title":"柑橘无病毒苗木繁育技术","body":"柑橘黄龙病综合防控","tags":["柑橘"]}
    {"id":"d2","title":"柑橘无病毒苗木繁育技术","body":"柑橘黄龙病综合防控","tags":["柑橘"]}
    {"id":"d3","title":"铝合金表面处理","body":"阳极氧化"}

    """,
    queries: """
    {"id":"q1","text":"柑橘黄龙病防控"}
    {"id":"q2","text":"柑橘黄龙病防控","exclude":["d1"]}

    """
  )

  @Test func a_need_in_free_words_finds_what_is_published_with_reasons() async throws {
    try await TestDatabase.named { database, conninfo in
      let world = try await World(database)
      let published = try await world.achievement(.published)
      let draft = try await world.achievement(.draft)
      let text = try await jiebang(on: conninfo).run("match", "柑橘苗木繁育")
      #expect(text.status == 0)
      #expect(text.out.hasPrefix("1. 柑橘无病毒苗木繁育技术 [示例,非真实]\n   示例大学 · 得分 "))
      #expect(text.out.contains("＋ "))
      let json = try await jiebang(on: conninfo).run("match", "柑橘苗木繁育", "--json")
      let items = try #require(json.member("items") as? [[String: Any]])
      #expect(items.count == 1)
      #expect((items.first?["achievement"] as? [String: Any])?["id"] as? String == published.text)
      #expect((items.first?["reasons"] as? [[String: Any]])?.isEmpty == false)
      #expect(!json.out.contains(draft.text))
    }
  }

  @Test func where_nothing_matches_that_is_said() async throws {
    try await TestDatabase.named { _, conninfo in
      let outcome = try await jiebang(on: conninfo).run("match", "量子通信")
      #expect(outcome.status == 0)
      #expect(outcome.out == "没有匹配的成果\n")
      #expect(try await jiebang(on: conninfo).run("match", "量子通信", "--limit", "0").status == 64)
    }
  }

  @Test func an_evaluation_needs_no_database_and_writes_a_run_without_ties() async throws {
    try await Folder.with { folder in
      let docs = try folder.write("docs.jsonl", text: Self.evaluation.docs)
      let queries = try folder.write("queries.jsonl", text: Self.evaluation.queries)
      let outcome = try await jiebang().run(
        "match", "eval", "--docs", docs, "--queries", queries, "--run", folder.path + "/run.trec")
      #expect(outcome.status == 0, "\(outcome.err)")
      #expect(outcome.lines.count == 1)
      #expect(outcome.member("documents") as? Int == 3)
      #expect((outcome.member("query_cpu_ms") as? [String: Any])?.keys.sorted() == ["p50", "p95", "p99"])
      let run = String(
        decoding: FileManager.default.contents(atPath: folder.path + "/run.trec") ?? Data(), as: UTF8.self)
      let hits = run.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      #expect(hits.allSatisfy { $0.count == 6 && $0[1] == "Q0" && $0[5] == "jiebang" })
      let first = hits.filter { $0[0] == "q1" }, second = hits.filter { $0[0] == "q2" }
      #expect(Set(first.prefix(2).map { $0[2] }) == ["d1", "d2"])
      #expect(first.map { $0[3] } == (1...first.count).map(String.init))
      let scores = first.compactMap { Double($0[4]) }
      #expect(scores.count == first.count)
      #expect(zip(scores, scores.dropFirst()).allSatisfy { $0 > $1 }, "two equal documents still have an order")
      #expect(second.first?[2] == "d2")
      #expect(!second.contains { $0[2] == "d1" }, "what is excluded is not found")
    }
  }

  @Test func a_line_that_is_not_json_is_named() async throws {
    try await Folder.with { folder in
      let docs = try folder.write("docs.jsonl", text: "{\"id\":\"d1\",\"title\":\"x\"}\n{broken\n")
      let outcome = try await jiebang().run("match", "eval", "--docs", docs, "--queries", docs)
      #expect(outcome.status == 2)
      #expect(outcome.err.contains("第 2 行"))
      #expect(outcome.err.contains(docs))
      let absent = try await jiebang().run("match", "eval", "--docs", "/nonexistent", "--queries", docs)
      #expect(absent.status == 3)
    }
  }
}
