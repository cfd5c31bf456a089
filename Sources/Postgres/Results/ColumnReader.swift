/// Reads a row's columns in the order they were selected.
public struct ColumnReader: Sendable {
  let row: Row
  private var position = 0

  init(row: Row) {
    self.row = row
  }

  /// The next column. NULL, no further column and a column of another type are errors.
  public mutating func next<T: PostgresDecodable>(_ type: T.Type = T.self) throws(DecodingFailure) -> T {
    defer { position += 1 }
    return try row.get(position, as: type)
  }

  /// The next column; nil when it is NULL.
  public mutating func next<T: PostgresDecodable>(_ type: T?.Type = T?.self) throws(DecodingFailure) -> T? {
    defer { position += 1 }
    return try row.get(position, as: type)
  }

  /// Lends the next column's bytes in PostgreSQL's binary format without a copy; nil when it is NULL or not there.
  public mutating func nextBytes<R>(_ body: (UnsafeRawBufferPointer?) throws -> R) rethrows -> R {
    defer { position += 1 }
    let bytes = try? row.value(position)
    return try withExtendedLifetime(row.result) { try body(bytes) }
  }

  /// Passes over columns.
  public mutating func skip(_ count: Int = 1) {
    position += count
  }
}
