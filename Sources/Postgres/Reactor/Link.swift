import CLibPQ

/// One connection and what is under way on it. Lives on the reactor's thread alone.
final class Link {
  /// What was asked of libpq last.
  enum Activity {
    case idle
    /// Statements under one sync, in pipeline mode.
    case flight
    /// A text of statements, or what precedes and follows the data of a COPY, outside pipeline mode.
    case simple
    /// Data of a COPY may be sent.
    case copying
  }

  /// What libpq will answer next in a flight.
  enum Step {
    case prepare(StatementCache.Entry)
    case deallocate([CChar])
    case run(Int, StatementCache.Entry)
  }

  /// What became of one statement of a flight.
  enum Outcome {
    case rows(Rows)
    case failed(PostgresError)
    /// Not run: a neighbour failed before it.
    case aborted
    /// Not run: the server no longer has it as we prepared it, and must be sent it anew.
    case stale(PostgresError)
  }

  enum Event {
    case nothing
    /// A flight has come back whole. `failure` is an error of the commit at its end.
    case landed([Outcome], failure: PostgresError?)
    /// A text has been answered, with the results up to the first error.
    case answered([Rows], failure: PostgresError?)
    /// The server waits for the data of a COPY.
    case copyBegan
    case lost(PostgresError)
  }

  let id: Int
  let purpose: Purpose
  let connection: OpaquePointer
  let descriptor: Int32
  private let notices: NoticeReceiver
  var owner = Owner.none
  /// Cancel requests on their way to the server.
  var cancels = 0
  /// Since when the flight is in the air.
  var departed = Tick(nanoseconds: 0)
  var activity = Activity.idle
  var watchesWrites = false
  var cache = StatementCache()
  var steps: [Step] = []
  var position = 0
  var isAnswered = false
  var outcomes: [Outcome] = []
  var results: [Rows] = []
  var failure: PostgresError?

  init?(_ handover: Handover, id: Int, purpose: Purpose) {
    guard let connection = handover.take() else { return nil }
    self.connection = connection
    self.id = id
    self.purpose = purpose
    notices = handover.notices
    descriptor = PQsocket(connection)
  }

  deinit {
    PQfinish(connection)
  }

  var isBroken: Bool { PQstatus(connection) == CONNECTION_BAD }
  /// Whether no transaction is open, not even a failed one.
  var isOutsideTransaction: Bool { PQtransactionStatus(connection) == PQTRANS_IDLE }

  /// The connection's own last words.
  func brokenError() -> PostgresError {
    PostgresError(.connection, LibPQ.message(connection))
  }

  /// Writes what is buffered; true when some of it has to wait for the socket.
  func flush() throws(PostgresError) -> Bool {
    switch PQflush(connection) {
    case 0: return false
    case 1: return true
    default: throw brokenError()
    }
  }

  /// Reads what has arrived and says what is complete.
  func receive() -> Event {
    let isAlive = PQconsumeInput(connection) == 1
    let event =
      switch activity {
      case .flight: receiveFlight()
      case .simple: receiveAnswers()
      case .idle, .copying: Event.nothing
      }
    if case .nothing = event, !isAlive || isBroken { return .lost(failure ?? brokenError()) }
    return event
  }
}
