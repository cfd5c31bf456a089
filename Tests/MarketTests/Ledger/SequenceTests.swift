import Foundation
import Glibc
import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct SequenceTests {
  /// Rows of the log that mean nothing, in one statement.
  static func events(_ count: Int, writer: Int, from first: Int, isPublic: Bool = true) -> SQL {
    """
    INSERT INTO events (id, kind, object_id, action, version, actor_role, public, payload)
    SELECT gen_random_uuid(), 'achievement', gen_random_uuid(), 'w' || \(Int64(writer))::text, n, 'system', \(isPublic),
      jsonb_build_object('n', n) FROM generate_series(\(Int32(first)), \(Int32(first + count - 1))) n
    """
  }

  @Test func numbers_are_dense_and_follow_what_the_writers_could_know() async throws {
    try await World.with { world in
      let database = world.market.database
      for first in stride(from: 1, to: 700, by: 100) {
        _ = try await database.execute(Self.events(100, writer: 0, from: first))
        if first % 3 == 0 { try await world.market.ledger.sequence() }
      }
      let events = try await world.history(as: nil)
      #expect(events.map(\.cursor.seq) == Array(1...700))
      #expect(events.map(\.version) == Array(1...700))
      #expect(try await world.market.ledger.sequence() == 0)
      let kept = try await database.query("SELECT level, index FROM ledger_nodes ORDER BY 2")
      #expect(try kept.map { row in try row.get(0, as: Int16.self) } == [8, 8])
      let leaves = try await database.query("SELECT hash FROM ledger_leaves ORDER BY seq").map { row in
        try row.get(0, as: Bytea.self).bytes
      }
      let tree = world.market.ledger.tree
      let ranges = [0..<700, 0..<256, 3..<4, 256..<512, 512..<700, 128..<256, 0..<1]
      let roots = try await world.market.ledger.roots(of: ranges, in: database)
      #expect(roots == ranges.map { MerkleTreeTests.root(tree, leaves[$0]) })
    }
  }

  @Test func a_slow_writer_holds_nobody_up_and_takes_its_place_when_it_commits() async throws {
    try await World.with { world in
      let wrote = AsyncStream.makeStream(of: Void.self), mayEnd = AsyncStream.makeStream(of: Void.self)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          try await world.market.database.transaction { tx in
            _ = try await tx.execute(Self.events(1, writer: 1, from: 1))
            wrote.continuation.yield()
            for await _ in mayEnd.stream { break }
          }
        }
        for await _ in wrote.stream { break }
        _ = try await world.market.database.execute(Self.events(2, writer: 2, from: 1))
        let before = try await world.history(as: nil)
        #expect(before.map(\.action) == ["w2", "w2"])
        let place = try await world.market.events.end()
        #expect(place == before.last?.cursor)
        mayEnd.continuation.yield()
        try await group.waitForAll()
        #expect(try await world.market.events.read(after: place, limit: 10, as: nil).map(\.action) == ["w1"])
      }
    }
  }

  /// Many writers, some slow, some of which change their mind; several sequencers that are killed; a reader that keeps up.
  /// `JIEBANG_LEDGER_EVENTS` says how many events.
  @Test func every_committed_event_is_numbered_once_whatever_dies() async throws {
    let goal = ProcessInfo.processInfo.environment["JIEBANG_LEDGER_EVENTS"].flatMap(Int.init) ?? 20_000
    try await TestDatabase.named(writers: 20) { database, conninfo in
      let market = try await Market(database), ledger = market.ledger
      let committed = Shared([Int](repeating: 0, count: 16)), isWriting = Shared(true), kills = Shared(0)
      let seen = try await withThrowingTaskGroup(of: [Event].self) { group in
        group.addTask {
          try await Self.write(goal, to: database, committed)
          isWriting.change { $0 = false }
          return []
        }
        for number in 0..<3 {
          group.addTask {
            let own = Database(.init(conninfo: conninfo, writers: 1, applicationName: "sequencer\(number)"))
            let ledger = Ledger(database: own, name: ledger.name)
            while isWriting.value {
              do { try await ledger.sequence() } catch is PostgresError { kills.change { $0 += 1 } }
            }
            await own.close()
            return []
          }
        }
        group.addTask {
          while isWriting.value {
            try await Task.sleep(for: .milliseconds(.random(in: 5...60)))
            _ = try await database.execute(
              """
              SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
                AND application_name = \("sequencer\(Int.random(in: 0..<3))")
              """)
          }
          return []
        }
        group.addTask {
          var cursor = EventCursor.start, seen: [Event] = []
          while true {
            let wasWriting = isWriting.value
            let events = try await market.events.read(after: cursor, limit: 1000, as: nil)
            seen += events
            if let last = events.last { cursor = last.cursor }
            if events.isEmpty, !wasWriting { return seen }
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(kills.value > 0, "a sequencer that is never killed shows nothing")
      #expect(seen.map(\.cursor.seq) == Array(1...Int64(seen.count)))
      #expect(Set(seen.map(\.id)).count == seen.count, "none twice")
      let byWriter = Dictionary(grouping: seen, by: \.action)
      for (writer, count) in committed.value.enumerated() {
        #expect(byWriter["w\(writer)"]?.map(\.version) == Array(1...count), "each once, in the order it wrote them")
      }
      #expect(try await database.query("SELECT FROM unsequenced_events").isEmpty)
      try await Self.proves(ledger, size: seen.count)
    }
  }

  private static func write(_ goal: Int, to database: Database, _ committed: Shared<[Int]>) async throws {
    struct Undo: Error {}
    try await withThrowingTaskGroup(of: Void.self) { writers in
      for writer in 0..<16 {
        writers.addTask {
          var done = 0
          while done < goal / 16 {
            let count = Int.random(in: 1...40), first = done + 1
            do {
              try await database.transaction { tx in
                _ = try await tx.execute(events(count / 2, writer: writer, from: first))
                if .random(in: 0..<12) == 0 { try await Task.sleep(for: .milliseconds(.random(in: 1...80))) }
                _ = try await tx.execute(
                  events(count - count / 2, writer: writer, from: first + count / 2, isPublic: .random()))
                if .random(in: 0..<6) == 0 { throw Undo() }
              }
              done += count
            } catch is Undo { continue }
          }
          committed.change { [done] in $0[writer] = done }
        }
      }
      try await writers.waitForAll()
    }
  }

  /// Proofs between any sizes of the tree hold, from the rows that are kept.
  private static func proves(_ ledger: Ledger, size: Int) async throws {
    let sizes = (0..<12).map { _ in Int.random(in: 1...size) }.sorted() + [size]
    let roots = try await ledger.roots(of: sizes.map { 0..<$0 }, in: ledger.database)
    for (older, olderRoot) in zip(sizes, roots) {
      for (newer, newerRoot) in zip(sizes, roots) where newer >= older {
        let path = try await ledger.roots(
          of: MerkleTree.consistency(from: older, to: newer), in: ledger.database)
        #expect(ledger.tree.isConsistent(path, from: (older, olderRoot), to: (newer, newerRoot)))
      }
    }
  }

  @Test func a_dump_restored_to_another_server_reads_on_where_it_was() async throws {
    try await TestDatabase.named { database, conninfo in
      let market = try await Market(database)
      _ = try await database.execute(Self.events(300, writer: 1, from: 1))
      let place = try await market.events.end()
      // Written, and not yet numbered when the dump is taken.
      _ = try await database.execute(Self.events(40, writer: 2, from: 1))
      try await Folder.with { folder in
        let cluster = LocalCluster(folder: folder.path + "/other")
        let other = try await cluster.start(forTests: true)
        let outcome: Result<Void, any Error>
        do {
          let dump = folder.path + "/dump.sql"
          let dumped = try await Program("/usr/bin/pg_dump").run("--no-owner", "--file", dump, conninfo)
          #expect(dumped.status == 0, "\(dumped.err)")
          // Roles belong to a server and not to a database: the one that rights are given to comes first.
          let role = try await Program("/usr/bin/psql").run("-q", "-c", "CREATE ROLE \(PublicNet.role)", other)
          #expect(role.status == 0, "\(role.err)")
          let restored = try await Program("/usr/bin/psql").run("-q", "-v", "ON_ERROR_STOP=1", "-f", dump, other)
          #expect(restored.status == 0, "\(restored.err)")
          let copy = Database(.init(conninfo: other))
          outcome = await Result { try await Self.readsOn(copy, from: place) }
          await copy.close()
        } catch { outcome = .failure(error) }
        try await cluster.release()
        try outcome.get()
      }
    }
  }

  private static func readsOn(_ database: Database, from place: EventCursor) async throws {
    let market = try await Market(database)
    #expect(try await market.events.holds(place))
    _ = try await database.execute(events(5, writer: 3, from: 1))
    let next = try await market.events.read(after: place, limit: 1000, as: nil)
    #expect(next.map(\.cursor.seq) == Array(301...345))
    #expect(next.map(\.action) == [String](repeating: "w2", count: 40) + [String](repeating: "w3", count: 5))
    try await proves(market.ledger, size: 345)
  }
}

extension Result where Failure == any Error {
  init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
