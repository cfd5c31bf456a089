extension FixedWidthInteger {
  /// Appends the bytes in network order.
  func encodeBigEndian(into buffer: inout [UInt8]) {
    withUnsafeBytes(of: bigEndian) { buffer.append(contentsOf: $0) }
  }

  /// Reads exactly `MemoryLayout<Self>.size` bytes in network order.
  init(bigEndianBytes bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
    guard bytes.count == MemoryLayout<Self>.size else {
      throw DecodingFailure("\(bytes.count) bytes where \(MemoryLayout<Self>.size) were expected")
    }
    self.init(bigEndian: bytes.loadUnaligned(as: Self.self))
  }
}

extension Int16: PostgresCodable {
  public static var postgresType: UInt32 { OID.int2 }
  public static var postgresArrayType: UInt32 { OID.int2Array }
  public func encode(into buffer: inout [UInt8]) { encodeBigEndian(into: &buffer) }
  public init(postgres bytes: UnsafeRawBufferPointer) throws(DecodingFailure) { try self.init(bigEndianBytes: bytes) }
}

extension Int32: PostgresCodable {
  public static var postgresType: UInt32 { OID.int4 }
  public static var postgresArrayType: UInt32 { OID.int4Array }
  public func encode(into buffer: inout [UInt8]) { encodeBigEndian(into: &buffer) }
  public init(postgres bytes: UnsafeRawBufferPointer) throws(DecodingFailure) { try self.init(bigEndianBytes: bytes) }
}

extension Int64: PostgresCodable {
  public static var postgresType: UInt32 { OID.int8 }
  public static var postgresArrayType: UInt32 { OID.int8Array }
  public func encode(into buffer: inout [UInt8]) { encodeBigEndian(into: &buffer) }
  public init(postgres bytes: UnsafeRawBufferPointer) throws(DecodingFailure) { try self.init(bigEndianBytes: bytes) }
}

/// Sent as `int8`; reads `int2`, `int4` and `int8`.
extension Int: PostgresCodable {
  public static var postgresType: UInt32 { OID.int8 }
  public static var postgresArrayType: UInt32 { OID.int8Array }

  public static func reads(_ type: UInt32) -> Bool {
    type == OID.int8 || type == OID.int4 || type == OID.int2
  }

  public func encode(into buffer: inout [UInt8]) {
    Int64(self).encodeBigEndian(into: &buffer)
  }

  public init(postgres bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
    switch bytes.count {
    case 2: self = Int(try Int16(bigEndianBytes: bytes))
    case 4: self = Int(try Int32(bigEndianBytes: bytes))
    default: self = Int(try Int64(bigEndianBytes: bytes))
    }
  }
}

/// Sent as `float8`; reads `float4` too.
extension Double: PostgresCodable {
  public static var postgresType: UInt32 { OID.float8 }
  public static var postgresArrayType: UInt32 { OID.float8Array }

  public static func reads(_ type: UInt32) -> Bool {
    type == OID.float8 || type == OID.float4
  }

  public func encode(into buffer: inout [UInt8]) {
    bitPattern.encodeBigEndian(into: &buffer)
  }

  public init(postgres bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
    if bytes.count == 4 {
      self = Double(Float(bitPattern: try UInt32(bigEndianBytes: bytes)))
    } else {
      self = Double(bitPattern: try UInt64(bigEndianBytes: bytes))
    }
  }
}

extension Bool: PostgresCodable {
  public static var postgresType: UInt32 { OID.bool }
  public static var postgresArrayType: UInt32 { OID.boolArray }

  public func encode(into buffer: inout [UInt8]) {
    buffer.append(self ? 1 : 0)
  }

  public init(postgres bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
    self = try UInt8(bigEndianBytes: bytes) != 0
  }
}
