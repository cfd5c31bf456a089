import Market
import Testing

@Suite struct WorkflowDiagramTests {
  @Test func the_documented_workflows_are_the_tables_that_decide() throws {
    let documented = String(decoding: try Share.read("\(try Share.folder())/Documentation/workflows.md"), as: UTF8.self)
    #expect(documented == WorkflowDiagrams.markdown, "run `jiebang workflows > Documentation/workflows.md`")
  }
}
