/// One row of a binary `COPY`, filled from the first column to the last.
public struct CopyRow {
  private(set) var buffer: [UInt8] = []
  private var start = 0
  private var columns = 0

  /// Adds a column. Its type must be the column's own: COPY converts nothing.
  public mutating func append<Value: PostgresEncodable>(_ value: Value) {
    let place = buffer.count
    Int32(0).encodeBigEndian(into: &buffer)
    value.encode(into: &buffer)
    put(Int32(buffer.count - place - 4), at: place)
    columns += 1
  }

  /// Adds a column, NULL when nil.
  public mutating func append<Value: PostgresEncodable>(_ value: Value?) {
    guard let value else { return append(nil) }
    append(value)
  }

  /// Adds NULL.
  public mutating func append(_: _OptionalNilComparisonType) {
    Int32(-1).encodeBigEndian(into: &buffer)
    columns += 1
  }

  mutating func header() {
    // The signature, no flags, no extension.
    buffer += [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00, 0, 0, 0, 0, 0, 0, 0, 0]
  }

  mutating func trailer() {
    Int16(-1).encodeBigEndian(into: &buffer)
  }

  mutating func begin() {
    start = buffer.count
    columns = 0
    Int16(0).encodeBigEndian(into: &buffer)
  }

  mutating func end() {
    buffer[start] = UInt8(truncatingIfNeeded: columns >> 8)
    buffer[start + 1] = UInt8(truncatingIfNeeded: columns)
  }

  /// Hands over what was written so far.
  mutating func drain() -> [UInt8] {
    let full = buffer
    buffer = []
    buffer.reserveCapacity(full.count)
    return full
  }

  private mutating func put(_ length: Int32, at place: Int) {
    buffer[place] = UInt8(truncatingIfNeeded: length >> 24)
    buffer[place + 1] = UInt8(truncatingIfNeeded: length >> 16)
    buffer[place + 2] = UInt8(truncatingIfNeeded: length >> 8)
    buffer[place + 3] = UInt8(truncatingIfNeeded: length)
  }
}
