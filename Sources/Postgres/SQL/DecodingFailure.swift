/// Why a column could not be read as the type asked for.
public struct DecodingFailure: Error, Sendable, CustomStringConvertible {
  /// What did not fit, without the value.
  public let reason: String
  /// The column's position from 0, once known.
  public internal(set) var column: Int?
  /// The column's name, once known.
  public internal(set) var columnName: String?

  public init(_ reason: String) {
    self.reason = reason
  }

  public var description: String {
    guard let column else { return reason }
    return "column \(column) (\(columnName ?? "?")): \(reason)"
  }

  func at(_ column: Int, named name: String?) -> DecodingFailure {
    var failure = self
    if failure.column == nil {
      failure.column = column
      failure.columnName = name
    }
    return failure
  }
}
