import CLibPQ

/// Readings of libpq's own messages and results.
enum LibPQ {
  /// The last message of a connection, on one line.
  static func message(_ connection: OpaquePointer) -> String {
    guard let text = PQerrorMessage(connection) else { return "no message" }
    let lines = String(cString: text).split(whereSeparator: \.isNewline)
    return lines.isEmpty ? "no message" : lines.joined(separator: " ")
  }

  /// The error a result carries. A fatal one ends the connection and is of kind `connection`.
  static func error(_ result: OpaquePointer, statement: String?) -> PostgresError {
    func field(_ code: Unicode.Scalar) -> String? {
      PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
    }
    let fatal = isFatal(result)
    let primary = field("M") ?? PQresultErrorMessage(result).map { String(cString: $0) } ?? "no message"
    var values = PostgresError.Fields.Values(kind: fatal ? .connection : .server, message: primary)
    values.sqlState = field("C")
    values.detail = field("D")
    values.hint = field("H")
    values.schema = field("s")
    values.table = field("t")
    values.column = field("c")
    values.constraint = field("n")
    values.statement = statement
    return PostgresError(PostgresError.Fields(values))
  }

  /// Whether the connection is over with this error. A result without a severity did not come from the server: libpq made it
  /// itself when the connection broke under it.
  static func isFatal(_ result: OpaquePointer) -> Bool {
    guard let severity = PQresultErrorField(result, Int32(("V" as Unicode.Scalar).value)) else { return true }
    let text = String(cString: severity)
    return text == "FATAL" || text == "PANIC"
  }
}
