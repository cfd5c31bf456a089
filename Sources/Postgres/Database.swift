/// A PostgreSQL database: single reads on a few shared connections, writes and transactions on connections of their
/// own. Connects when first asked, and again by itself when the server was away.
///
/// One thread owns all connections; any number of tasks may call. A cancelled task stops waiting, and the server
/// stops working for it.
public final class Database: Sendable {
  public let options: Options
  let reactor: Reactor

  /// Starts the client's thread; nothing is connected yet.
  public init(_ options: Options) {
    self.options = options
    reactor = Reactor(options)
  }

  deinit {
    reactor.submit(.close(nil))
  }

  /// Runs one read-only statement, which shares a connection and a round trip with others. Writing in it is an error
  /// (25006). It is run again by itself when its connection was lost or a neighbour's failure aborted it.
  public func query(_ sql: SQL) async throws(PostgresError) -> Rows {
    try await reactor.perform { .read($0, sql, $1) }.get()
  }

  /// Runs one statement that commits itself. After an error of kind `connection` it may have taken effect.
  ///
  /// While all connections are at work, plain INSERTs that wait may be committed together; `now()` is the same in
  /// them then. Each gets its own answer, and none fails for another.
  @discardableResult
  public func execute(_ sql: SQL) async throws(PostgresError) -> Rows {
    try await reactor.perform { .write($0, sql, $1) }.get()
  }

  /// Runs a text of several statements as they stand, without binds, in one transaction unless it says otherwise.
  public func script(_ text: String) async throws(PostgresError) {
    let lease = open(nil)
    let outcome = await reactor.perform { .operate(lease, $0, .script(text, $1)) }
    _ = await reactor.finish { .operate(lease, $0, .rollback($1)) }
    try outcome.get()
  }

  /// Waits for what is under way up to ``Options/closeTimeout``, refuses everything else, closes all connections.
  public func close() async {
    await withCheckedContinuation { reactor.submit(.close($0)) }
  }

  func open(_ isolation: Isolation?) -> UInt64 {
    let id = reactor.nextID()
    reactor.submit(.open(id, isolation: isolation))
    return id
  }
}
