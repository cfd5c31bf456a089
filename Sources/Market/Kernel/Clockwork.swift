import Logging
import Postgres

/// Moves that a moment brings: published achievements expire, challenges close, notices that are over let their object go on.
///
/// What is due is derived: triggers keep a row of `due` beside every object that waits for a moment, in the transaction that
/// changes the object, so that nothing has to be scheduled and a deadline that moves takes its row along. Servers side by side
/// claim rows with a lease. Each move is one of the workflow, in a transaction of its own, which is the only effect there is:
/// what happens outside follows from its event. Done late it gives the same result as on time; done twice it is refused the second
/// time. A row that cannot move backs off by itself, and everybody can see why.
public struct Clockwork: Sendable {
  typealias Move = @Sendable (Work, ID<Anything>) async throws -> Void

  /// What is done when a row of `due` comes up, by the name that its trigger gives it.
  static let table: [String: Move] = [
    "achievement.expire": { try await $0.move(ID<Achievement>(bits: $1.bits), .expire, version: nil) },
    "demand_call.close": { try await $0.move(ID<DemandCall>(bits: $1.bits), .close, version: nil) },
    "challenge.close": { try await $0.move(ID<Challenge>(bits: $1.bits), .close, version: nil) },
    "challenge_invitation.expire": { try await $0.move(ID<ChallengeInvitation>(bits: $1.bits), .expire, version: nil) },
    "delegation.expire": { try await $0.move(ID<Delegation>(bits: $1.bits), .expire, version: nil) },
    "release_month.freeze": { try await $0.freeze(ID(bits: $1.bits)) },
    // Promises have had their time to be shown.
    "challenge.open": { try await $0.openAlone(.technical, of: $0.lock(ID<Challenge>(bits: $1.bits)).object) },
    "programme.open": { try await $0.move(ID<Programme>(bits: $1.bits), .open, version: nil) },
    "programme.close": { try await $0.move(ID<Programme>(bits: $1.bits), .close, version: nil) },
    "project.forfeit": { try await $0.move(ID<Project>(bits: $1.bits), .forfeit, version: nil) },
    "milestone.fall_due": { try await $0.move(ID<Milestone>(bits: $1.bits), .fallDue, version: nil) },
    "milestone.lapse": { try await $0.move(ID<Milestone>(bits: $1.bits), .lapse, version: nil) },
    "integrity_record.expire": { try await $0.move(ID<IntegrityRecord>(bits: $1.bits), .expire, version: nil) },
    "notice.close": { try await $0.noticeIsDue(ID(bits: $1.bits)) },
    "notice.withdraw_names": { try await $0.move(ID<Notice>(bits: $1.bits), .withdrawNames, version: nil) },
    "objection.mark_overdue": { try await $0.move(ID<Objection>(bits: $1.bits), .markOverdue, version: nil) },
  ]

  /// How long a claimed row is left to the server that claimed it, which may have died.
  static let leaseSeconds: Double = 15
  /// The longest pause between two attempts at a row that will not move.
  static let longestPauseSeconds: Double = 3600

  let market: Market

  public init(_ market: Market) { self.market = market }

  /// Does what is due now and says how many moves that were.
  @discardableResult
  public func tick() async throws -> Int {
    try await market.readClock()
    var moved = 0
    while !Task.isCancelled {
      let claimed = try await claim(20)
      if claimed.isEmpty { break }
      for job in claimed where try await run(job) { moved += 1 }
    }
    try await market.forgetOldAnswers()
    return moved
  }

  struct Claim: Sendable {
    let move: String
    let object: ID<Anything>
    let at: Instant
  }

  /// Takes rows that are due and nobody else's, oldest first. Moves of a newer program than this one are left to it.
  func claim(_ count: Int) async throws -> [Claim] {
    let rows = try await market.database.execute(
      """
      WITH c AS MATERIALIZED (
        SELECT move, object FROM due
        WHERE at <= (SELECT market_now()) AND move = ANY(\(Array(Self.table.keys)))
          AND (wait_until IS NULL OR wait_until <= clock_timestamp())
        ORDER BY at LIMIT \(count) FOR UPDATE SKIP LOCKED)
      UPDATE due d SET attempts = attempts + 1, wait_until = clock_timestamp() + make_interval(secs => \(Self.leaseSeconds))
      FROM c WHERE d.move = c.move AND d.object = c.object RETURNING d.move, d.object, d.at
      """)
    return try rows.map { row throws(DecodingFailure) in
      Claim(move: try row.get(0), object: try row.get(1), at: try row.get(2))
    }.sorted { $0.at < $1.at }
  }

  /// Makes one move; false when it was not made. A row that is gone or has moved was done by somebody else, or is no more due.
  func run(_ job: Claim) async throws -> Bool {
    guard let move = Self.table[job.move] else { return false }
    do {
      try await market.work(as: .system) { work in try await move(work, job.object) }
      return true
    } catch is CancellationError {
      throw CancellationError()
    } catch let error as PostgresError where error.isUnavailable {
      throw error
    } catch {
      let kept = try await market.database.execute(
        """
        UPDATE due SET error = left(\(String(describing: error)), 500), wait_until = clock_timestamp()
          + make_interval(secs => least(\(Self.longestPauseSeconds), power(2, least(attempts, 30))::float8))
        WHERE move = \(job.move) AND object = \(job.object) AND at = \(job.at)
        """)
      if kept.affected > 0 {
        market.logger.error(
          "a due move was refused",
          metadata: ["move": "\(job.move)", "id": "\(ULID.encode(job.object.bits))", "why": "\(error)"])
      }
      return false
    }
  }
}
