import CLibPQ

/// Owns one `PGresult` and frees it with the last row that looks at it.
// SAFETY: the pointer is set once and never shown outside this module; a PGresult is never written after libpq hands
// it over, so any number of threads may read it, and only `deinit` frees it.
final class ResultHandle: @unchecked Sendable {
  let pointer: OpaquePointer

  init(_ pointer: OpaquePointer) {
    self.pointer = pointer
  }

  deinit {
    PQclear(pointer)
  }

  func columnName(_ column: Int) -> String? {
    PQfname(pointer, Int32(truncatingIfNeeded: column)).map { String(cString: $0) }
  }
}
