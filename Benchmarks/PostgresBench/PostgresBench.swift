import Glibc
import Postgres

/// Measures the Postgres client against pgbench on the same private cluster, 64 callers each, round by round:
/// a SELECT by primary key over a million rows, and an INSERT of one row that commits, with fsync on.
///
///     swift run -c release PostgresBench [seconds of a round] [rounds] [writers]
///
/// Reads share round trips on two connections, and INSERTs that wait for one of the twelve writers share a commit:
/// that, and not a quicker statement, is where the ratio comes from. Every call waits until its own row is safe.
/// Client and server share the machine, so the ratio is the result and not the rate.
@main struct PostgresBench {
  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    let folder = (getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp") + "/postgres-bench-\(geteuid())"
    let cluster = LocalCluster(folder: folder, database: "bench")
    let conninfo = try await cluster.start()
    do {
      try await measure(
        conninfo, seconds: arguments.first ?? 3, rounds: arguments.dropFirst().first ?? 5,
        writers: arguments.dropFirst(2).first ?? 12)
    } catch {
      try await cluster.release()
      print("failed: \(error)")
      exit(1)
    }
    try await cluster.release()
  }

  private static func measure(_ conninfo: String, seconds: Int, rounds: Int, writers: Int) async throws {
    let pgbench = try Pgbench(conninfo)
    let database = Database(.init(conninfo: conninfo, writers: writers))
    try pgbench.fill()
    try await database.script(
      "DROP TABLE IF EXISTS line; CREATE TABLE line (id bigserial PRIMARY KEY, n int8 NOT NULL, word text NOT NULL)")
    var comparisons = [
      Comparison(
        name: "select_by_key", promise: 1.5, script: "-S",
        call: { number in
          let key = Int32(truncatingIfNeeded: number % 1_000_000 + 1)
          let rows = try await database.query("SELECT abalance FROM pgbench_accounts WHERE aid = \(key)")
          _ = try rows[0].get(0, as: Int32.self)
        }),
      Comparison(
        name: "insert_commit", promise: 1,
        script: try pgbench.scriptFile(
          "\\set n random(1, 1000000)\nINSERT INTO line (n, word) VALUES (:n, 'a line of a few words');\n"),
        call: { number in
          try await database.execute(
            "INSERT INTO line (n, word) VALUES (\(Int64(number % 1_000_000)), \("a line of a few words"))")
        }),
    ]
    for index in comparisons.indices {
      // Warm connections, caches and the processor's clock.
      _ = try await drive(comparisons[index].call, seconds: 1)
      for _ in 0..<rounds {
        comparisons[index].ours.append(try await drive(comparisons[index].call, seconds: seconds))
        comparisons[index].theirs.append(try pgbench.rate(comparisons[index].script, seconds: seconds))
      }
    }
    await database.close()
    report(comparisons)
  }

  /// Calls from 64 tasks for some seconds.
  private static func drive(_ call: @escaping Comparison.Call, seconds: Int) async throws -> Measurement {
    let clock = ContinuousClock()
    let start = clock.now
    let end = start + .seconds(seconds)
    let latencies = try await withThrowingTaskGroup(of: [Int64].self) { group in
      for caller in 0..<64 {
        group.addTask {
          var random = UInt64(caller) &* 0x9E37_79B9_7F4A_7C15 | 1
          var latencies: [Int64] = []
          var before = clock.now
          while before < end {
            random ^= random << 13
            random ^= random >> 7
            random ^= random << 17
            try await call(Int(random >> 33))
            let after = clock.now
            latencies.append((after - before).microseconds)
            before = after
          }
          return latencies
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    return Measurement(latencies: latencies, elapsed: (clock.now - start).microseconds)
  }

  private static func report(_ comparisons: [Comparison]) {
    print("what            callers  client/s  pgbench/s  ratio  promise  p50 µs  p99 µs")
    for comparison in comparisons { print(comparison.line) }
    print("{" + comparisons.map(\.json).joined(separator: ",") + "}")
  }
}

extension Duration {
  var microseconds: Int64 {
    components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
  }
}
