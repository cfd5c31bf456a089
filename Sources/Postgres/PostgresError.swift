/// What went wrong between us and the database.
public struct PostgresError: Error, Sendable, CustomStringConvertible {
  public enum Kind: Sendable, Hashable {
    /// The server refused the statement: see ``PostgresError/sqlState``.
    case server
    /// The server could not be reached, or was lost while it worked: whether a write took effect is not known.
    case connection
    /// No connection became free in time: nothing was sent.
    case timeout
    /// The task was cancelled.
    case cancelled
    /// An answer or a value did not have the expected form.
    case decoding
    /// The database, or the transaction, was closed before.
    case closed
  }

  public var kind: Kind { fields.kind }
  /// The sentence of the server, of libpq or of this module.
  public var message: String { fields.message }
  /// The five characters of the SQL standard, when the server refused.
  public var sqlState: String? { fields.sqlState }
  /// The constraint that was violated.
  public var constraint: String? { fields.constraint }
  public var schema: String? { fields.schema }
  public var table: String? { fields.table }
  public var column: String? { fields.column }
  /// The server's detail. May contain values: show it to nobody who may not see the row.
  public var detail: String? { fields.detail }
  public var hint: String? { fields.hint }
  /// The statement's text, without values.
  public var statement: String? { fields.statement }

  /// Whether the database is at fault and the same call may succeed later.
  public var isUnavailable: Bool {
    switch kind {
    case .connection, .timeout, .closed: true
    case .cancelled, .decoding: false
    case .server: PostgresError.unavailableStates.contains(sqlState ?? "")
    }
  }

  /// Whether the whole transaction may succeed if it is run again: after a serialisation failure, a deadlock, or a
  /// statement whose plan no longer fitted the tables.
  public var isRetryable: Bool {
    sqlState == SQLState.serializationFailure || sqlState == SQLState.deadlock || fields.runsAgain
  }

  /// One line without bound values.
  public var description: String {
    var line = "\(kind)"
    if let sqlState { line += " \(sqlState)" }
    line += ": \(fields.spoken)"
    if let constraint { line += " [constraint \(constraint)]" }
    if let statement { line += " in: \(statement)" }
    return line
  }

  private let fields: Fields

  init(_ fields: Fields) {
    self.fields = fields
  }

  init(_ kind: Kind, _ message: String, statement: String? = nil) {
    var fields = Fields.Values(kind: kind, message: message)
    fields.statement = statement
    self.fields = Fields(fields)
  }

  /// An answer that could not be read.
  public init(_ failure: DecodingFailure) {
    self.init(.decoding, failure.description)
  }

  /// The same error of a statement that would succeed at a second attempt.
  var runningAgain: PostgresError {
    var values = fields.values
    values.runsAgain = true
    return PostgresError(Fields(values))
  }

  /// Out of disk or memory, too many connections, shutting down.
  private static let unavailableStates: Set<String> = [
    "53000", "53100", "53200", "53300", "53400", "57P01", "57P02", "57P03",
  ]

  /// The fields behind one reference, so that an error costs a result no room.
  @dynamicMemberLookup
  final class Fields: Sendable {
    struct Values: Sendable {
      var kind: Kind
      var message: String
      var sqlState: String?
      var constraint: String?
      var schema: String?
      var table: String?
      var column: String?
      var detail: String?
      var hint: String?
      var statement: String?
      /// Nothing is wrong with the statement itself.
      var runsAgain = false
    }

    let values: Values

    init(_ values: Values) {
      self.values = values
    }

    subscript<T>(dynamicMember path: KeyPath<Values, T>) -> T { values[keyPath: path] }

    /// The message, cut where the server quotes a value that it could not take (class 22, data exceptions).
    var spoken: String {
      guard values.sqlState?.hasPrefix("22") == true, let colon = values.message.firstIndex(of: ":") else {
        return values.message
      }
      return String(values.message[..<colon])
    }
  }
}

/// The SQLSTATEs this module acts on.
enum SQLState {
  static let serializationFailure = "40001"
  static let deadlock = "40P01"
  static let cancelled = "57014"
  /// Also what the server says when a prepared plan no longer fits the tables.
  static let unsupported = "0A000"
  static let unknownStatement = "26000"
  static let failedTransaction = "25P02"
}
