import Logging
import Postgres

/// Moves that a moment brings: published achievements expire, challenges close, notices that are over let their object go on.
/// A row of this table per kind; each step is a move of the workflow, in its own transaction, and the same a day late as on time.
public struct Clockwork: Sendable {
  struct Due: Sendable {
    let name: String
    /// Ids that are due now, a few at a time, skipping rows that another server is at.
    let find: SQL
    let move: @Sendable (Work, UInt128) async throws -> Void
  }

  static let table: [Due] = [
    Due(
      name: "achievement.expire",
      find:
        "SELECT id FROM achievements WHERE status = 'published' AND expires_at <= market_now() ORDER BY expires_at LIMIT 100",
      move: { try await $0.move(ID<Achievement>(bits: $1), .expire, version: nil) }),
    Due(
      name: "demand_call.close",
      find:
        "SELECT id FROM demand_calls WHERE status = 'open' AND closes_at <= market_now() ORDER BY closes_at LIMIT 100",
      move: { try await $0.move(ID<DemandCall>(bits: $1), .close, version: nil) }),
    Due(
      name: "challenge.publish",
      find:
        "SELECT id FROM challenges WHERE status = 'board_notice' AND notice_ends_at <= market_now() ORDER BY notice_ends_at LIMIT 100",
      move: { try await $0.move(ID<Challenge>(bits: $1), .publish, version: nil) }),
    Due(
      name: "challenge.close",
      find:
        "SELECT id FROM challenges WHERE status = 'published' AND closes_at <= market_now() ORDER BY closes_at LIMIT 100",
      move: { try await $0.move(ID<Challenge>(bits: $1), .close, version: nil) }),
    // Promises have had their time to be shown.
    Due(
      name: "challenge.open",
      find:
        "SELECT id FROM challenges WHERE status = 'closed' AND opened_at IS NULL AND reveals_until <= market_now() ORDER BY reveals_until LIMIT 100",
      move: { try await $0.openAlone(.technical, of: $0.lock(ID<Challenge>(bits: $1)).object) }),
  ]

  let market: Market

  public init(_ market: Market) { self.market = market }

  /// Does what is due now and says how many moves that were. A row that cannot move is passed over and reported, and does not
  /// keep the others waiting.
  @discardableResult
  public func tick() async throws -> Int {
    var moved = 0
    for due in Self.table {
      for row in try await market.database.query(due.find) {
        let id = try row.get(0, as: ID<Anything>.self).bits
        do {
          try await market.work(as: .system) { work in try await due.move(work, id) }
          moved += 1
        } catch Refusal.illegalMove, Refusal.blocked {
          // Somebody else was quicker, or the deadline moved: nothing is due any more.
          continue
        } catch let error as Refusal {
          market.logger.error(
            "a due move was refused", metadata: ["move": "\(due.name)", "id": "\(ULID.encode(id))", "why": "\(error)"])
        }
      }
    }
    try await market.forgetOldAnswers()
    return moved
  }
}
