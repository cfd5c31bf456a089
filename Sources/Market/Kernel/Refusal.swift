/// Everything the market may answer instead of doing what was asked. Nothing has been written when one is thrown.
/// The server turns each into a problem document in one exhaustive switch.
public enum Refusal: Error, Sendable {
  /// The body is not JSON.
  case malformedJSON
  /// A member of the body that nobody reads.
  case unknownField(name: String, nearest: String?)
  /// A query parameter that nobody reads.
  case unknownParameter(name: String, nearest: String?)
  case badParameter(name: String, detail: Phrase)
  /// Values that break a rule: each says where.
  case invalid([Issue])
  /// No such thing, or none that this caller may know of.
  case notFound(Phrase)
  case unauthenticated
  /// An unknown login, a wrong password, a wrong code: one answer for all of them.
  case wrongCredentials
  /// The password was right; the code of the second factor is missing, or has to be set up first.
  case secondFactorNeeded
  /// Too many wrong tries from where this one comes from; the seconds until the next is looked at.
  case tooManyFailures(retryAfter: Int)
  /// Done often enough for now.
  case tooMany(retryAfter: Int, what: Phrase)
  /// A queue is full.
  case busy
  /// What the caller would have to be.
  case forbidden(needs: [String])
  /// 回避: something stands between the caller and a party to the matter; the ground's code of ``ExpertRelation/grounds``.
  case recused(ground: String)
  case illegalMove(state: String, action: String, legal: [String])
  /// The move exists and is this caller's, but something stands against it.
  case blocked([Issue])
  /// Something else already holds the place.
  case conflict(code: String, detail: Phrase)
  case versionMissing
  case versionMoved(current: Int)
  /// The same idempotency key is being worked on at this moment.
  case keyInFlight
  /// The same idempotency key came with another request before.
  case keyReused
  case pageTokenMismatch
}

/// One thing wrong, and where: a JSON pointer into the body, or a row and column of a file.
public struct Issue: Sendable, Hashable {
  public let pointer: String?
  public let row: Int?
  public let column: String?
  public let code: String
  public let detail: Phrase

  public init(pointer: String? = nil, row: Int? = nil, column: String? = nil, code: String, detail: Phrase) {
    (self.pointer, self.row, self.column, self.code, self.detail) = (pointer, row, column, code, detail)
  }
}

/// The nearest of `known` to what was typed, when it is near enough to be meant.
public func nearest(to typed: String, among known: some Sequence<String>) -> String? {
  let limit = max(1, typed.count / 3)
  return known.map { (distance(typed, $0), $0) }.filter { $0.0 <= limit }.min { $0 < $1 }?.1
}

private func distance(_ a: String, _ b: String) -> Int {
  let a = Array(a.unicodeScalars), b = Array(b.unicodeScalars)
  var older: [Int] = [], last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var steps = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
      // Two letters the wrong way round are one slip.
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { steps = min(steps, older[j - 1] + 1) }
      row.append(steps)
    }
    (older, last) = (last, row)
  }
  return last[b.count]
}
