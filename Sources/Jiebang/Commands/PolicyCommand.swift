import ArgumentParser
import Market

struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "可见范围表 · who sees what in which state, in Markdown",
    discussion: "jiebang policy > Documentation/policy.md")

  func run() { Console.out(PolicyTables.markdown, terminator: "") }
}
