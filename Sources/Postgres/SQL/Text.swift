/// Sent as `text`; reads text, varchar, char, name, json and enums.
extension String: PostgresCodable {
  public static var postgresType: UInt32 { OID.text }
  public static var postgresArrayType: UInt32 { OID.textArray }

  public func encode(into buffer: inout [UInt8]) {
    buffer.append(contentsOf: utf8)
  }

  public init(postgres bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
    self.init(decoding: bytes, as: UTF8.self)
  }
}

/// Bytes as they are: `bytea`.
public struct Bytea: PostgresCodable, Hashable {
  public var bytes: [UInt8]

  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  public static var postgresType: UInt32 { OID.bytea }
  public static var postgresArrayType: UInt32 { OID.byteaArray }

  public func encode(into buffer: inout [UInt8]) {
    buffer.append(contentsOf: bytes)
  }

  public init(postgres bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
    self.bytes = Array(bytes)
  }
}

/// A JSON document as its UTF-8 text. Sent as `jsonb`; reads `jsonb` and `json`.
public struct JSONB: PostgresCodable, Hashable {
  /// The document's text in UTF-8.
  public var bytes: [UInt8]

  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  public init(_ text: String) {
    bytes = Array(text.utf8)
  }

  public static var postgresType: UInt32 { OID.jsonb }
  public static var postgresArrayType: UInt32 { OID.jsonbArray }

  public static func reads(_ type: UInt32) -> Bool {
    type == OID.jsonb || type == OID.json
  }

  public func encode(into buffer: inout [UInt8]) {
    buffer.append(JSONB.version)
    buffer.append(contentsOf: bytes)
  }

  /// JSON text cannot begin with the byte 1, so that byte tells `jsonb` from `json`.
  public init(postgres bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
    self.bytes = Array(bytes.first == JSONB.version ? bytes.dropFirst() : bytes[...])
  }

  /// The first byte of `jsonb`'s binary format.
  static let version: UInt8 = 1
}
