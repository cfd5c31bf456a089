import Logging
import MatchEngine

/// The indexes on disk: what a server reads at its start instead of every published row. Derived data: a snapshot that is missing,
/// damaged, of another database or of another lexicon is simply not used.
struct MatcherSnapshot: Sendable {
  let folder: String
  /// Names the database without telling its secret.
  let identity: [UInt8]
  let logger: Logger

  init(folder: String, market: Market) {
    self.folder = folder
    identity = Array(Crypto.sha256(Array("match index".utf8) + market.secret).prefix(16))
    logger = market.logger
  }

  private func path(_ name: String) -> String { "\(folder)/\(name).match" }

  /// Both indexes and the place in the log up to which they had read; nil when there is nothing to believe.
  func read(_ lexicon: Lexicon) -> (achievements: MatchIndex, challenges: MatchIndex, cursor: EventCursor)? {
    do throws(SnapshotError) {
      let achievements = try MatchSnapshot(path("achievements"), lexicon: lexicon)
      let challenges = try MatchSnapshot(path("challenges"), lexicon: lexicon)
      // Written one after the other: the same mark says that they belong together.
      guard achievements.mark == challenges.mark, let cursor = EventCursor(mark: achievements.mark, identity: identity)
      else { return nil }
      return (achievements.index, challenges.index, cursor)
    } catch {
      logger.info("no match snapshot is used", metadata: ["why": "\(error)"])
      return nil
    }
  }

  func write(_ achievements: MatchIndex, _ challenges: MatchIndex, _ cursor: EventCursor) {
    do throws(SnapshotError) {
      let mark = cursor.mark(identity)
      try achievements.write(to: path("achievements"), mark: mark)
      try challenges.write(to: path("challenges"), mark: mark)
    } catch {
      logger.warning("the match snapshot was not written", metadata: ["why": "\(error)"])
    }
  }
}

extension EventCursor {
  fileprivate func mark(_ identity: [UInt8]) -> [UInt8] {
    identity + [UInt64(bitPattern: seq), mark].flatMap { number in withUnsafeBytes(of: number.bigEndian, Array.init) }
  }

  fileprivate init?(mark: [UInt8], identity: [UInt8]) {
    guard mark.count == 32, Array(mark.prefix(16)) == identity else { return nil }
    func number(_ range: Range<Int>) -> UInt64 { mark[range].reduce(0) { $0 << 8 | UInt64($1) } }
    self.init(seq: Int64(bitPattern: number(16..<24)), mark: number(24..<32))
  }
}
