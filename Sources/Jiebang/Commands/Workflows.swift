import ArgumentParser
import Market

struct Workflows: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "流程图 · every workflow as a diagram and a table, in Markdown",
    discussion: "jiebang workflows > Documentation/workflows.md")

  func run() { Console.out(WorkflowDiagrams.markdown, terminator: "") }
}
