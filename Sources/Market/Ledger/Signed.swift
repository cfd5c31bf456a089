/// Something the ledger says, with a signature under its canonical text: `{"head": …, "signature": …}`.
protocol Signed: Sendable {
  /// The member that holds what is said.
  static var word: String { get }
  var content: JSONValue { get }
  var signature: [UInt8] { get }
}

extension Signed {
  var json: JSONValue {
    .object([Self.word: content, "signature": .string(Base64.encode(signature))])
  }
}

extension JSONValue {
  /// A whole number that a double holds exactly.
  var integer: Int? { number.flatMap { Int(exactly: $0) } }
  var hex: [UInt8]? { string.flatMap { [UInt8](hex: $0) } }
  var base64: [UInt8]? { string.flatMap(Base64.decode) }
}
