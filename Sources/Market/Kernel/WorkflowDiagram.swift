/// A workflow's table in words and as a drawing, for `Documentation/workflows.md`: made from the rows, so it cannot be wrong.
extension Workflow {
  /// Markdown: a Mermaid state diagram, and every row with who may do it and what has to hold.
  public var markdown: String {
    var text = "## \(Object.noun.zh) `\(Object.kind)`\n\n```mermaid\nstateDiagram-v2\n"
    if let first = State.allCases.first { text += "  [*] --> \(first.rawValue)\n" }
    for row in rows where row.from != row.to {
      text += "  \(row.from.rawValue) --> \(row.to.rawValue): \(row.action.rawValue)\n"
    }
    text += "```\n\n| from | action | to | who | needs | only if |\n|---|---|---|---|---|---|\n"
    for row in rows {
      let needs = row.needs.map { $0.isRequired ? $0.name : "\($0.name)?" }.joined(separator: ", ")
      let apart = row.apart.map(\.rawValue).sorted().map { "by another person than `\($0)`" }
      let guards = (row.guards.map { "not: \($0.phrase.en)" } + apart).joined(separator: "; ")
      let who = row.who.map(\.rawValue).sorted().joined(separator: ", ")
      text += "| \(row.from.rawValue) | \(row.action.rawValue) | \(row.to.rawValue) | \(who) | \(needs) | \(guards) |\n"
    }
    return text
  }
}

/// All workflows of the market, drawn.
public enum WorkflowDiagrams {
  public static var markdown: String {
    func part<O: MarketObject>(_: O.Type) -> String { O.workflow.markdown }
    return """
      # Workflows

      Written by `jiebang workflows` from the tables that decide. *Only if* lists what stands against a move when it does not hold.


      """ + Objects.all.map { part($0) }.joined(separator: "\n")
  }
}
