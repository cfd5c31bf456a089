import Market
import Postgres

/// What the log says of every object, folded from its beginning, held against the tables.
public struct Replay: Sendable {
  /// Events that do not begin where the one before them ended.
  public var broken: [String] = []
  /// Objects whose last event led to another state than their row has.
  public var differing: [String] = []
  /// Kinds of objects of which a row has no event at all.
  public var unrecorded: Set<String> = []
  /// Events that were folded.
  public var events = 0
}

extension World {
  /// Folds the log.
  /// - Parameter placed: whether rows were put into tables past the log, so that a first event may begin anywhere.
  public func replay(placed: Bool = false) async throws -> Replay {
    _ = try await market.events.end()
    var replay = Replay()
    for kind in Objects.all { try await fold(kind, placed, into: &replay) }
    return replay
  }

  private func fold<O: MarketObject>(_: O.Type, _ placed: Bool, into replay: inout Replay) async throws {
    var states: [ID<O>: String] = [:]
    let rows = try await market.database.query(
      """
      SELECT e.object_id, e.action, e.from_state, e.to_state FROM events e JOIN ledger_leaves l ON l.position = e.position
      WHERE e.kind = \(O.kind) AND e.to_state IS NOT NULL ORDER BY l.seq
      """)
    for row in rows {
      let id: ID<O> = try row.get(0), action: String = try row.get(1), from: String? = try row.get(2)
      let known = states[id]
      if known != from, !(placed && known == nil) {
        replay.broken.append("\(id) \(action): from \(from ?? "nothing"), was \(known ?? "nothing")")
      }
      states[id] = try row.get(3)
      replay.events += 1
    }
    for row in try await market.database.query("SELECT id, status FROM \(sql: O.table)") {
      let id: ID<O> = try row.get(0), status: String = try row.get(1)
      if let said = states.removeValue(forKey: id) {
        if said != status { replay.differing.append("\(id): \(said) in the log, \(status) in the table") }
      } else {
        replay.unrecorded.insert(O.kind)
      }
    }
    for (id, said) in states { replay.differing.append("\(id): \(said) in the log, and no row") }
  }
}
