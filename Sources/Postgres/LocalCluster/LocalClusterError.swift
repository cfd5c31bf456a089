/// Why a private cluster could not be made, started or stopped, and what to do about it.
public struct LocalClusterError: Error, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) {
    self.description = description
  }

  /// With the reason the system gave last.
  static func system(_ what: String) -> LocalClusterError {
    LocalClusterError("\(what): \(lastSystemError())")
  }
}
