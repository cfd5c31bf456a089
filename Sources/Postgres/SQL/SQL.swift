/// One statement and the values bound to it.
///
/// Text and values never mix: an interpolated value becomes `$1`, `$2`, … and travels beside the text in PostgreSQL's
/// binary format. Only ``init(unsafe:)`` and `\(raw:)` put text into the statement, and the latter takes nothing but
/// a literal.
///
/// ```swift
/// let mine: SQL = "owner = \(owner)"
/// let page: SQL = "SELECT id, title FROM listing WHERE \(sql: mine) ORDER BY id LIMIT \(20)"
/// ```
///
/// A `String` is bound as `text`; a column of another type that is written as text needs a cast: `\(word)::mood`.
public struct SQL: ExpressibleByStringInterpolation, Sendable {
  /// The statement with its `$n` places.
  public private(set) var text: String
  private(set) var binds: [Bind] = []
  /// The encoded values of all binds, one after the other.
  private(set) var bytes: [UInt8] = []

  /// Text made by code, such as a table's name. Never pass on anything a user wrote.
  public init(unsafe text: String) {
    self.text = text
  }

  public init(stringLiteral value: String) {
    text = value
  }

  public init(stringInterpolation: Interpolation) {
    self = stringInterpolation.sql
  }

  public static func + (left: SQL, right: SQL) -> SQL {
    var sum = left
    sum.append(right)
    return sum
  }

  public static func += (left: inout SQL, right: SQL) {
    left.append(right)
  }

  /// The same statement with its binds' types alone.
  var withoutValues: SQL {
    var bare = self
    bare.bytes = []
    return bare
  }

  mutating func append(text more: String) {
    text += more
  }

  mutating func bind<Value: PostgresEncodable>(_ value: Value?) {
    let start = bytes.count
    let mark = text.utf8.count
    if let value {
      value.encode(into: &bytes)
      binds.append(Bind(type: Value.postgresType, mark: mark, start: start, length: bytes.count - start))
    } else {
      binds.append(Bind(type: Value.postgresType, mark: mark, start: start, length: nil))
    }
    text += "$\(binds.count)"
  }

  /// Adds another statement's text and values; its places are renumbered to follow ours.
  mutating func append(_ other: SQL) {
    guard !other.binds.isEmpty else { return text += other.text }
    let source = other.text.utf8
    var from = source.startIndex
    for (number, bind) in other.binds.enumerated() {
      let mark = source.index(source.startIndex, offsetBy: bind.mark)
      text += other.text[from..<mark]
      var moved = bind
      moved.mark = text.utf8.count
      moved.start += bytes.count
      binds.append(moved)
      text += "$\(binds.count)"
      from = source.index(mark, offsetBy: "$\(number + 1)".utf8.count)
    }
    text += other.text[from...]
    bytes += other.bytes
  }

  /// The parts of a statement written as a string literal.
  public struct Interpolation: StringInterpolationProtocol, Sendable {
    var sql = SQL(unsafe: "")

    public init(literalCapacity: Int, interpolationCount: Int) {
      sql.text.reserveCapacity(literalCapacity + 3 * interpolationCount)
      sql.binds.reserveCapacity(interpolationCount)
    }

    public mutating func appendLiteral(_ literal: String) {
      sql.append(text: literal)
    }

    /// Binds a value.
    public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value) {
      sql.bind(Optional(value))
    }

    /// Binds a value, or NULL of its type.
    public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
      sql.bind(value)
    }

    /// Puts literal text in.
    public mutating func appendInterpolation(raw text: StaticString) {
      sql.append(text: text.description)
    }

    /// Puts a piece of a statement in, with its values.
    public mutating func appendInterpolation(sql piece: SQL) {
      sql.append(piece)
    }
  }
}

/// Where one value of a statement lies.
struct Bind: Sendable {
  /// The OID it is sent as.
  var type: UInt32
  /// The offset of its `$` in the statement's UTF-8.
  var mark: Int
  /// The offset of its bytes.
  var start: Int
  /// The number of its bytes; nil is NULL.
  var length: Int?
}

extension SQL: CustomStringConvertible {
  /// The text alone: bound values are not shown.
  public var description: String { text }
}

extension Sequence where Element == SQL {
  /// The pieces one after the other, with `separator` between them.
  public func joined(separator: SQL = "") -> SQL {
    var whole = SQL(unsafe: "")
    for (position, piece) in enumerated() {
      if position > 0 { whole += separator }
      whole += piece
    }
    return whole
  }
}
