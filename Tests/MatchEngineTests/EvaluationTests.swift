import MatchEngine
import Testing

@Suite struct EvaluationTests {
  @Test func scores_of_a_run_fall_strictly() {
    let documents = (0..<20).map { Evaluation.Document(id: "d\($0)", title: "柑橘分选") }
    let hits = Evaluation(documents).run(.init(id: "q", text: "柑橘"), limit: 20)
    #expect(hits.count == 20)
    #expect(zip(hits, hits.dropFirst()).allSatisfy { $0.score > $1.score })
  }

  @Test func an_excluded_document_is_not_in_the_run() {
    let evaluation = Evaluation([.init(id: "a", title: "柑橘"), .init(id: "b", title: "柑橘分选")])
    #expect(evaluation.run(.init(id: "q", text: "柑橘", exclude: ["a", "unknown"])).map(\.id) == ["b"])
  }

  @Test func of_two_documents_with_one_id_the_last_counts() {
    let evaluation = Evaluation([.init(id: "a", title: "柑橘"), .init(id: "a", title: "米粉")])
    #expect(evaluation.run(.init(id: "q", text: "柑橘")).isEmpty)
    #expect(evaluation.run(.init(id: "q", text: "米粉")).map(\.id) == ["a"])
  }
}
