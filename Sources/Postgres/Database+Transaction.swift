extension Database {
  /// Lends a transaction to `body`, commits when it returns and rolls back when it throws.
  ///
  /// The connection is taken, and BEGIN sent, with the first statement. After a serialisation failure or a deadlock
  /// `body` is run again, up to `retries` times: it must do nothing outside the database that cannot be done twice.
  /// A transaction one of whose statements failed does not commit, even if `body` caught the error.
  @discardableResult
  public func transaction<T: Sendable>(
    _ isolation: Isolation = .readCommitted, retries: Int = 3,
    _ body: @Sendable (Transaction) async throws -> T
  ) async throws -> T {
    var left = retries
    while true {
      do {
        return try await attempt(isolation, body)
      } catch let error as PostgresError where error.isRetryable && left > 0 && !Task.isCancelled {
        left -= 1
      }
    }
  }

  private func attempt<T: Sendable>(
    _ isolation: Isolation, _ body: @Sendable (Transaction) async throws -> T
  ) async throws -> T {
    let transaction = Transaction(reactor, lease: open(isolation), options.statementTimeout)
    let value: T
    do {
      value = try await body(transaction)
      if Task.isCancelled { throw PostgresError.cancelled }
    } catch {
      // A connection that cannot roll back is closed by the reactor, which has the same effect.
      _ = await transaction.end(.rollback)
      throw transaction.retryReason ?? error
    }
    do {
      try await transaction.end(.commit).get()
    } catch {
      throw transaction.retryReason ?? error
    }
    return value
  }

  /// Lends one connection, without a transaction, and throws it away afterwards: for advisory locks, `SET`, and what
  /// cannot run inside a transaction.
  @discardableResult
  public func session<T: Sendable>(_ body: @Sendable (Session) async throws -> T) async throws -> T {
    let session = Session(reactor, lease: open(nil))
    do {
      let value = try await body(session)
      await session.end()
      return value
    } catch {
      await session.end()
      throw error
    }
  }

  /// Copies rows into a table in one transaction; the number of rows. See ``Transaction/copyIn(_:rows:write:)``.
  @discardableResult
  public func copyIn<S: Sequence & Sendable>(
    _ statement: SQL, rows: S, write: @Sendable (S.Element, inout CopyRow) throws -> Void
  ) async throws -> Int {
    try await transaction(retries: 0) { try await $0.copyIn(statement, rows: rows, write: write) }
  }
}
