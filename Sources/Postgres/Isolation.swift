/// How much of other transactions' work a transaction sees.
public enum Isolation: Sendable, Hashable {
  /// Each statement sees what was committed before it began.
  case readCommitted
  /// Every statement sees what was committed before the first.
  case repeatableRead
  /// As if the transactions had run one after the other; may fail with 40001 and be run again.
  case serializable

  var begin: SQL {
    switch self {
    case .readCommitted: "BEGIN ISOLATION LEVEL READ COMMITTED"
    case .repeatableRead: "BEGIN ISOLATION LEVEL REPEATABLE READ"
    case .serializable: "BEGIN ISOLATION LEVEL SERIALIZABLE"
    }
  }
}
