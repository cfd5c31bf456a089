import CLibPQ

/// What a statement answered: its rows in order, and how many rows it touched.
///
/// The rows stay in libpq's memory until the last of them is let go.
public struct Rows: RandomAccessCollection, Sendable {
  let result: ResultHandle
  public let endIndex: Int

  init(_ result: ResultHandle) {
    self.result = result
    endIndex = Int(PQntuples(result.pointer))
  }

  public var startIndex: Int { 0 }

  public subscript(position: Int) -> Row {
    precondition(position >= 0 && position < endIndex, "row \(position) of \(endIndex)")
    return Row(result: result, number: Int32(position))
  }

  /// The number of rows inserted, updated, deleted, selected or copied; 0 for other statements.
  public var affected: Int {
    PQcmdTuples(result.pointer).flatMap { Int(String(cString: $0)) } ?? 0
  }

  /// The names of the columns, in order.
  public var columnNames: [String] {
    (0..<Int(PQnfields(result.pointer))).map { result.columnName($0) ?? "" }
  }
}

extension Rows {
  /// What the server says it did, such as `INSERT 0 1`.
  var commandTag: String {
    PQcmdStatus(result.pointer).map { String(cString: $0) } ?? ""
  }
}
