import Postgres
import TestSupport
import Testing

@testable import Market

/// The rows of a workflow once more, in the words of the domain: `state action actor,actor -> state`. A change of the
/// product's table is a change here too, or a defect.
struct Specification {
  struct Move: Hashable {
    let from: String
    let action: String
    let who: Set<String>
    let to: String
  }

  let moves: [Move]

  init(_ text: String) {
    moves = text.split(separator: "\n").map { line in
      let words = line.split { $0 == " " }.map(String.init)
      return Move(
        from: words[0], action: words[1], who: Set(words[2].split(separator: ",").map(String.init)), to: words[4])
    }
  }

  func moves(_ from: String, _ action: String) -> [Move] { moves.filter { $0.from == from && $0.action == action } }
}

/// Tries everything: every state, every action, by everybody; and looks at what became of it.
struct WorkflowTrial<O: MarketObject> {
  let world: World
  let specification: Specification
  /// What each of the people is to the object, by the name they go by in `World.everybody`; nobody else is anything.
  let standing: [String: String]
  /// Whether one of the people may know of the object in a state.
  let sees: @Sendable (_ name: String, _ state: String) -> Bool
  /// What is sent along with each action.
  var inputs: [String: JSONValue] = [:]
  /// `state action` that something stands against, as the object was made, or `state action actor` for one actor alone.
  var blocked: Set<String> = []
  var states = Array(O.State.allCases)
  let make: @Sendable (O.State) async throws -> ID<O>

  enum Outcome: Hashable {
    case moved(to: String), blocked, illegal(legal: Set<String>), forbidden, notFound
  }

  private struct Undone: Error { let to: String }

  func run() async throws {
    #expect(
      Set(
        O.workflow.rows.map {
          Specification.Move(
            from: $0.from.rawValue, action: $0.action.rawValue, who: Set($0.who.map(\.rawValue)), to: $0.to.rawValue)
        })
        == Set(specification.moves))
    #expect(O.workflow.rows.count == specification.moves.count, "no row is there twice")
    var people: [(name: String, caller: Caller)] = world.everybody.map { ($0.0, $0.1.caller) }
    people += [("public", .anonymous), ("system", .system)]
    for state in states {
      let id = try await make(state)
      let before = try await world.fingerprint()
      for (name, caller) in people {
        let offers = try? await world.market.offers(id, for: caller).offers
        #expect((offers != nil) == sees(name, state.rawValue), "\(name) and \(O.kind) in \(state.rawValue)")
        for action in O.Action.allCases {
          let wanted = expected(state.rawValue, action.rawValue, name)
          let outcome = try await attempt(id, action, caller)
          #expect(outcome == wanted, "\(O.kind): \(name) does \(action.rawValue) in \(state.rawValue)")
          // What is offered is what can be done.
          if let offers {
            let isOffered = offers.contains { $0.action == action.rawValue && $0.isAllowed }
            let canMove = if case .moved = outcome { true } else { false }
            #expect(isOffered == canMove, "\(O.kind): \(action.rawValue) offered to \(name) in \(state.rawValue)")
          }
        }
      }
      #expect(
        try await world.fingerprint() == before,
        "\(O.kind) in \(state.rawValue): what is refused or undone leaves nothing")
    }
  }

  private func expected(_ state: String, _ action: String, _ name: String) -> Outcome {
    guard sees(name, state) else { return .notFound }
    let me = standing[name] ?? ""
    let moves = specification.moves(state, action)
    guard !moves.isEmpty else {
      return .illegal(legal: Set(specification.moves.filter { $0.from == state && $0.who.contains(me) }.map(\.action)))
    }
    guard let move = moves.first(where: { $0.who.contains(me) }) else { return .forbidden }
    let isBlocked = blocked.contains("\(state) \(action)") || blocked.contains("\(state) \(action) \(me)")
    return isBlocked ? .blocked : .moved(to: move.to)
  }

  /// Makes the move for real, with everything that follows from it, and takes it back.
  private func attempt(_ id: ID<O>, _ action: O.Action, _ caller: Caller) async throws -> Outcome {
    do {
      try await world.market.work(as: caller) { work in
        let version = try await work.lock(id).object.version
        let events = try await work.tx.query("SELECT count(*) FROM events WHERE object_id = \(id)").first!.get(
          0, as: Int.self)
        let moved = try await work.move(id, action, inputs[action.rawValue] ?? .object([:]), version: version)
        let rows = try await work.tx.query(
          "SELECT action, to_state, version FROM events WHERE object_id = \(id) ORDER BY position")
        #expect(moved.version > version && rows.count - events == moved.version - version, "one event a move")
        // A move may bring others of the same object with it: the first is the one that was asked for.
        #expect(
          try rows.dropFirst(events).first?.get(0, as: String.self) == action.rawValue
            && rows.last?.get(1, as: String.self) == moved.state.rawValue)
        throw Undone(to: moved.state.rawValue)
      }
      return .moved(to: "")
    } catch let undone as Undone {
      return .moved(to: undone.to)
    } catch Refusal.blocked {
      return .blocked
    } catch Refusal.illegalMove(_, _, let legal) {
      return .illegal(legal: Set(legal))
    } catch Refusal.forbidden {
      return .forbidden
    } catch Refusal.notFound {
      return .notFound
    }
  }
}

/// The state words of the table, of the enumeration and of the rows are the same, and each can be reached.
func expectStatesAgree<O: MarketObject>(_: O.Type, _ database: Database) async throws {
  let rows = try await database.query(
    """
    SELECT pg_get_constraintdef(c.oid), pg_get_expr(d.adbin, d.adrelid) FROM pg_constraint c
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attname = 'status' AND c.conkey = ARRAY[a.attnum]
    JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.contype = 'c' AND c.conrelid = (\(O.table.text))::text::regclass
    """)
  let row = try #require(rows.first)
  func words(_ text: String) -> [String] {
    text.split(separator: "'", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }.map {
      String($0.element)
    }
  }
  #expect(Set(words(try row.get(0))) == Set(O.State.allCases.map(\.rawValue)), "\(O.kind)")
  var reached = Set(words(try row.get(1)))
  #expect(reached.count == 1)
  while true {
    let next = Set(O.workflow.rows.filter { reached.contains($0.from.rawValue) }.map(\.to.rawValue))
    if next.isSubset(of: reached) { break }
    reached.formUnion(next)
  }
  #expect(reached == Set(O.State.allCases.map(\.rawValue)), "\(O.kind): every state is reached from the first")
  #expect(Set(O.workflow.rows.map(\.action)) == Set(O.Action.allCases), "\(O.kind): every action is in a row")
}

let aReason = JSONValue.object(["reason": .string("示例理由")])
