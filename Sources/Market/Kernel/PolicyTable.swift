/// A policy as a table in words, for `Documentation/policy.md`: made from the rows that decide.
extension Policy {
  /// Markdown: a line a state, a column a kind of viewer.
  public var markdown: String {
    let viewers = rows.flatMap { Array($0.viewers) }.unique.sorted { $0.rank < $1.rank }
    var text = "## \(Object.noun.zh) `\(Object.kind)`\n\n| state | \(viewers.map(\.word).joined(separator: " | ")) |\n"
    text += "|---|" + viewers.map { _ in "---|" }.joined() + "\n"
    for state in State.allCases {
      for grade in grading?.values.map(Optional.some) ?? [nil] {
        let label = grade.map { "\(state.rawValue)/\($0)" } ?? state.rawValue
        text += "| \(label) | " + viewers.map { cell(state, grade, $0) }.joined(separator: " | ") + " |\n"
      }
    }
    return grading.map { text + "\nA line a state and `\($0.name)`.\n" } ?? text
  }

  /// What a viewer of this kind gets: what everyone gets is a part of it.
  private func cell(_ state: State, _ grade: Int?, _ viewer: Viewer) -> String {
    let lines = rows.filter { row in
      row.states.contains(state) && !row.viewers.isDisjoint(with: [viewer, .everyone])
        && (row.grades.isEmpty || grade.map(row.grades.contains) ?? false)
    }
    guard let first = lines.first else { return "–" }
    let withheld = lines.dropFirst().reduce(first.withheld) { $0.intersection($1.withheld) }
    return withheld.isEmpty ? "all" : "all but " + withheld.sorted().map { "`\($0)`" }.joined(separator: ", ")
  }
}

extension Viewer {
  /// The public first, then the parties, then those whose office it is.
  fileprivate var rank: String {
    switch self {
    case .everyone: "0"
    case .party: "1" + word
    case .subject: "1" + word
    case .role: "2" + word
    }
  }
}

/// All policies of the market.
public enum PolicyTables {
  public static var markdown: String {
    func part<O: MarketObject>(_: O.Type) -> String { O.policy.markdown }
    return """
      # Who sees what

      Written by `jiebang policy` from the tables that decide: for one object, lists, searches, exports and events alike. A party is
      any member of the organisation that the object names; what nobody is shown in a state is, to them, the same as what does not
      exist.


      """ + Objects.all.map { part($0) }.joined(separator: "\n")
  }
}
