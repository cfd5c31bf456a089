import Market

/// The refusal that `body` ends in; it is an error of the test when it does not.
public func refusal<T>(_ body: () async throws -> T) async throws -> Refusal {
  do {
    _ = try await body()
  } catch let refusal as Refusal {
    return refusal
  }
  throw NotRefused()
}

struct NotRefused: Error {}

extension Refusal {
  /// What it lists, where it lists something.
  public var issues: [Issue] {
    switch self {
    case .invalid(let issues), .blocked(let issues): issues
    default: []
    }
  }

  /// The stable word by which a conflict is known; nil for anything else.
  public var conflictCode: String? { if case .conflict(let code, _) = self { code } else { nil } }
}
