/// A connection lent to one transaction, one session or one write, or the wait for it.
final class Lease {
  enum Terms {
    /// One statement that commits itself.
    case single
    case transaction(begin: SQL)
    /// Statement by statement, on a connection that is thrown away afterwards.
    case session
  }

  let id: UInt64
  let terms: Terms
  var link: Link?
  /// Whether it stands in the pool's queue.
  var isWaiting = false
  /// Whether BEGIN has been sent.
  var hasBegun = false
  var current: Operation?
  var pending: [Operation] = []
  /// Why nothing more can be done on it.
  var broken: PostgresError?
  var retries = 0

  init(id: UInt64, terms: Terms) {
    self.id = id
    self.terms = terms
  }

  var isSession: Bool {
    if case .session = terms { true } else { false }
  }

  /// BEGIN, if it is still to be sent.
  var opening: SQL? {
    guard !hasBegun, case .transaction(let begin) = terms else { return nil }
    return begin
  }
}

/// Who a connection works for.
enum Owner {
  case none
  case reads([Read])
  case lease(Lease)
  /// A flight that catches a late cancel before the connection is lent again.
  case barrier
  case listener
}
