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
  /// Whether it was in a crew that failed, so that its own answer must be found out alone.
  var isLoner = false

  init(id: UInt64, terms: Terms) {
    self.id = id
    self.terms = terms
  }

  /// Whether it may commit together with others: one plain INSERT, whose effect and answer are the same either way.
  var mayShareCommit: Bool {
    guard !isLoner, case .single = terms, pending.count == 1, case .statement(let sql, _) = pending[0].work else {
      return false
    }
    return sql.isPlainInsert && !pending[0].ticket.isCancelled
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
  /// Single writes that commit together.
  case crew([Lease])
  /// A flight that catches a late cancel before the connection is lent again.
  case barrier
  case listener
}

extension SQL {
  /// Whether the text begins with INSERT and does not update on conflict.
  ///
  /// Such statements of several callers can be one transaction: they lock nothing but what they make, so they do not
  /// wait for one another crosswise.
  var isPlainInsert: Bool {
    let word = Array("insert".utf8)
    let start = text.utf8.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
    guard start.prefix(word.count).elementsEqual(word, by: { $0 | 0x20 == $1 }) else { return false }
    return !start.containsConflict
  }
}

extension Substring.UTF8View {
  fileprivate var containsConflict: Bool {
    let word = Array("conflict".utf8)
    var matched = 0
    for byte in self {
      let letter = byte | 0x20
      if letter == word[matched] {
        matched += 1
        if matched == word.count { return true }
      } else {
        matched = letter == word[0] ? 1 : 0
      }
    }
    return false
  }
}
