extension Transaction {
  /// Copies rows into a table by `COPY table (column, …) FROM STDIN (FORMAT binary)`; the number of rows.
  ///
  /// `rows` is walked once while earlier rows are on their way, in bounded memory. When `write` throws, or the task
  /// is cancelled, the copy fails whole and the error is passed on. The limit on a statement's time does not apply.
  @discardableResult
  public func copyIn<S: Sequence & Sendable>(
    _ statement: SQL, rows: S, write: @Sendable (S.Element, inout CopyRow) throws -> Void
  ) async throws -> Int {
    guard statement.binds.isEmpty else { throw PostgresError(.server, "COPY takes no bound values") }
    return try await withoutTimeout {
      try await perform { .copyBegin(statement, $0) } as Void
      do {
        try await send(rows, write)
      } catch {
        _ = try? await finish { .copyEnd(reason: "the rows could not be made", $0) } as Int
        throw error
      }
      return try await finish { .copyEnd(reason: nil, $0) }
    }
  }

  private func send<S: Sequence & Sendable>(
    _ rows: S, _ write: @Sendable (S.Element, inout CopyRow) throws -> Void
  ) async throws {
    let full = 256 * 1024
    var row = CopyRow()
    row.header()
    for element in rows {
      row.begin()
      try write(element, &row)
      row.end()
      if row.buffer.count >= full {
        if Task.isCancelled { throw PostgresError.cancelled }
        let part = row.drain()
        try await finish { .copyData(part, $0) } as Void
      }
    }
    row.trailer()
    let part = row.drain()
    try await finish { .copyData(part, $0) } as Void
  }
}
