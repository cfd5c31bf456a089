/// A value that can be bound to a statement.
public protocol PostgresEncodable: Sendable {
  /// The OID of the type it is sent as.
  static var postgresType: UInt32 { get }
  /// The OID of the array of that type; 0 when there is none.
  static var postgresArrayType: UInt32 { get }
  /// Appends the value in PostgreSQL's binary format.
  func encode(into buffer: inout [UInt8])
}

/// A value that can be read from a column.
public protocol PostgresDecodable: Sendable {
  /// Whether a column of this type can be read. Asked before every ``init(postgres:)``, so that a read of the wrong
  /// column is an error and never a wrong value. Unless you say otherwise: the type the value is sent as, and all
  /// kinds of text if that is `text`.
  static func reads(_ type: UInt32) -> Bool
  /// Reads a value in PostgreSQL's binary format. The bytes are valid only during the call.
  init(postgres bytes: UnsafeRawBufferPointer) throws(DecodingFailure)
}

public typealias PostgresCodable = PostgresEncodable & PostgresDecodable

extension PostgresDecodable {
  public static func reads(_ type: UInt32) -> Bool { true }
}

extension PostgresDecodable where Self: PostgresEncodable {
  public static func reads(_ type: UInt32) -> Bool {
    type == postgresType || (postgresType == OID.text && OID.isText(type))
  }
}

/// OIDs of the built-in types this module names.
enum OID {
  static let bool: UInt32 = 16
  static let bytea: UInt32 = 17
  static let char: UInt32 = 18
  static let name: UInt32 = 19
  static let int8: UInt32 = 20
  static let int2: UInt32 = 21
  static let int4: UInt32 = 23
  static let text: UInt32 = 25
  static let json: UInt32 = 114
  static let float4: UInt32 = 700
  static let float8: UInt32 = 701
  static let unknown: UInt32 = 705
  static let bpchar: UInt32 = 1042
  static let varchar: UInt32 = 1043
  static let jsonb: UInt32 = 3802
  static let boolArray: UInt32 = 1000
  static let byteaArray: UInt32 = 1001
  static let int2Array: UInt32 = 1005
  static let int4Array: UInt32 = 1007
  static let textArray: UInt32 = 1009
  static let int8Array: UInt32 = 1016
  static let float8Array: UInt32 = 1022
  static let jsonbArray: UInt32 = 3807
  /// Types made by `CREATE TYPE` have OIDs from here on.
  static let firstCustom: UInt32 = 16384

  /// Whether the binary format of a type is its text. Types of one's own are taken for enums.
  static func isText(_ type: UInt32) -> Bool {
    switch type {
    case text, varchar, bpchar, name, char, json, unknown: true
    default: type >= firstCustom
    }
  }
}
