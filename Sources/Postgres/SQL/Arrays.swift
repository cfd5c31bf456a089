/// One-dimensional arrays without NULLs.
extension Array: PostgresEncodable where Element: PostgresEncodable {
  public static var postgresType: UInt32 { Element.postgresArrayType }
  public static var postgresArrayType: UInt32 { 0 }

  public func encode(into buffer: inout [UInt8]) {
    Int32(isEmpty ? 0 : 1).encodeBigEndian(into: &buffer)
    Int32(0).encodeBigEndian(into: &buffer)  // no NULLs
    Element.postgresType.encodeBigEndian(into: &buffer)
    guard !isEmpty else { return }
    Int32(count).encodeBigEndian(into: &buffer)
    Int32(1).encodeBigEndian(into: &buffer)  // the first index
    for element in self {
      let place = buffer.count
      Int32(0).encodeBigEndian(into: &buffer)
      element.encode(into: &buffer)
      let length = Int32(buffer.count - place - 4)
      for (offset, shift) in [24, 16, 8, 0].enumerated() {
        buffer[place + offset] = UInt8(truncatingIfNeeded: length >> Int32(shift))
      }
    }
  }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
  /// The type of the elements is in the bytes, and checked there.
  public static func reads(_ type: UInt32) -> Bool { OID.isArray(type) }

  public init(postgres bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
    var reader = ByteReader(bytes)
    let dimensions = try reader.integer(Int32.self)
    _ = try reader.integer(Int32.self)
    let type = try reader.integer(UInt32.self)
    guard Element.reads(type) else {
      throw DecodingFailure("an array of type \(type) cannot be read as [\(Element.self)]")
    }
    self = []
    guard dimensions != 0 else { return }
    guard dimensions == 1 else { throw DecodingFailure("an array of \(dimensions) dimensions") }
    let count = try reader.integer(Int32.self)
    _ = try reader.integer(Int32.self)
    guard count >= 0, Int(count) * 4 <= reader.remaining else { throw DecodingFailure("an array cut short") }
    reserveCapacity(Int(count))
    for _ in 0..<count {
      let length = try reader.integer(Int32.self)
      guard length >= 0 else { throw DecodingFailure("a NULL inside an array") }
      append(try Element(postgres: try reader.take(Int(length))))
    }
  }
}

extension OID {
  /// Whether a type may be an array: the built-in arrays this module knows, and types of one's own.
  static func isArray(_ type: UInt32) -> Bool {
    switch type {
    case bool, bytea, char, name, int8, int2, int4, text, json, float4, float8, bpchar, varchar, jsonb: false
    default: true
    }
  }
}

/// Walks over bytes in network order.
struct ByteReader {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  var remaining: Int { bytes.count - position }

  mutating func take(_ count: Int) throws(DecodingFailure) -> UnsafeRawBufferPointer {
    guard count <= remaining else { throw DecodingFailure("\(count) bytes wanted, \(remaining) left") }
    defer { position += count }
    return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
  }

  mutating func integer<Number: FixedWidthInteger>(_: Number.Type) throws(DecodingFailure) -> Number {
    try Number(bigEndianBytes: try take(MemoryLayout<Number>.size))
  }
}
