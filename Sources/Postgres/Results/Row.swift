import CLibPQ

/// One row, read by column position.
public struct Row: Sendable {
  let result: ResultHandle
  let number: Int32

  /// The number of columns.
  public var count: Int { Int(PQnfields(result.pointer)) }

  /// The columns one after the other, in the order they were selected.
  public var columns: ColumnReader { ColumnReader(row: self) }

  /// Reads column `i`, counted from 0. NULL, a column that is not there and a column of another type are errors.
  public func get<T: PostgresDecodable>(_ i: Int, as type: T.Type = T.self) throws(DecodingFailure) -> T {
    guard let bytes = try value(i) else {
      throw DecodingFailure("NULL where \(T.self) was expected").at(i, named: result.columnName(i))
    }
    return try decode(bytes, i)
  }

  /// Reads column `i`, counted from 0; nil when it is NULL.
  public func get<T: PostgresDecodable>(_ i: Int, as type: T?.Type = T?.self) throws(DecodingFailure) -> T? {
    guard let bytes = try value(i) else { return nil }
    return try decode(bytes, i) as T
  }

  /// The bytes of a column in libpq's memory; nil when it is NULL.
  func value(_ i: Int) throws(DecodingFailure) -> UnsafeRawBufferPointer? {
    guard i >= 0, i < count else { throw DecodingFailure("there are only \(count) columns").at(i, named: nil) }
    let column = Int32(i)
    guard PQgetisnull(result.pointer, number, column) == 0 else { return nil }
    return UnsafeRawBufferPointer(
      start: PQgetvalue(result.pointer, number, column),
      count: Int(PQgetlength(result.pointer, number, column)))
  }

  private func decode<T: PostgresDecodable>(_ bytes: UnsafeRawBufferPointer, _ i: Int) throws(DecodingFailure) -> T {
    let type = PQftype(result.pointer, Int32(i))
    guard T.reads(type) else {
      throw DecodingFailure("type \(type) cannot be read as \(T.self)").at(i, named: result.columnName(i))
    }
    do {
      return try T(postgres: bytes)
    } catch {
      throw error.at(i, named: result.columnName(i))
    }
  }
}
