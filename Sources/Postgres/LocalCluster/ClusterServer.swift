import CLibPQ
import Glibc

/// Makes, starts and stops the server of one cluster. Blocking; the caller holds the cluster's start lock.
struct ClusterServer: Sendable {
  let place: ClusterPlace
  let account: Account
  let programs: ServerPrograms
  let forTests: Bool

  init(_ folder: String, forTests: Bool) throws(LocalClusterError) {
    (place, account) = try ClusterPlace.settle(folder)
    let version = Files.read("\(place.data)/PG_VERSION")?.firstLine.flatMap { Int($0) }
    programs = try ServerPrograms.find(for: version)
    self.forTests = forTests
  }

  /// Makes sure that a server runs; the string to connect with, without a database.
  func run() throws(LocalClusterError) -> String {
    if !isMade { try make() }
    if let running = RunningServer(data: place.data) {
      if let ready = try wait(for: running) { return ready }
      try stop()
    }
    RunningServer.clearStale(place)
    try start()
    return conninfo(place.sockets, port: RunningServer.port)
  }

  func makeDatabase(_ name: String, _ conninfo: String) throws(LocalClusterError) {
    guard name != "postgres" else { return }
    let connection = PQconnectdb("\(conninfo) dbname=postgres")
    defer { PQfinish(connection) }
    guard let connection, PQstatus(connection) == CONNECTION_OK else {
      throw LocalClusterError("the new server does not answer: \(connection.map(LibPQ.message) ?? "no memory")")
    }
    let known = PQexec(connection, "SELECT datname FROM pg_database")
    defer { PQclear(known) }
    let names = (0..<PQntuples(known)).map { String(cString: PQgetvalue(known, $0, 0)) }
    guard !names.contains(name) else { return }
    let result = PQexec(connection, "CREATE DATABASE \(name.quotedIdentifier)")
    defer { PQclear(result) }
    guard PQresultStatus(result) == PGRES_COMMAND_OK else {
      throw LocalClusterError("the database \(name) cannot be made: \(LibPQ.message(connection))")
    }
  }

  func stop() throws(LocalClusterError) {
    guard RunningServer(data: place.data) != nil else { return }
    let mode = forTests ? "immediate" : "fast"
    let outcome = try Program(
      path: programs.control, arguments: ["stop", "-w", "-t", "60", "-m", mode, "-D", place.data], account: account
    ).run()
    guard outcome.status == 0 || RunningServer(data: place.data) == nil else {
      throw LocalClusterError("the server in \(place.data) does not stop: \(outcome.output)")
    }
  }

  /// Leaves a process behind that stops the server when nobody holds the lock any more, however they died.
  func stopWhenUnused(lock: String) throws(LocalClusterError) {
    guard let flock = Program.find("flock") else { return }
    let stop = try account.prefix() + [programs.control, "stop", "-m", "immediate", "-D", place.data]
    try Program(path: flock, arguments: [lock] + stop).leaveRunning()
  }

  // MARK: Steps

  private var isMade: Bool {
    Files.exists("\(place.data)/PG_VERSION") && Files.exists("\(place.data)/global/pg_control")
  }

  /// Makes the cluster under another name first, so that `data` is whole or not there.
  private func make() throws(LocalClusterError) {
    try clearTornData()
    let fresh = "\(place.home)/data.new"
    try Files.makeFolder(fresh, mode: 0o700)
    try Files.give(fresh, to: account)
    var arguments = [
      "-D", fresh, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums",
    ]
    if forTests { arguments.append("--no-sync") }
    let outcome = try Program(path: programs.initdb, arguments: arguments, account: account).run()
    guard outcome.status == 0 else { throw LocalClusterError("initdb failed: \(outcome.output)") }
    try Files.write(ClusterSettings.access, to: "\(fresh)/pg_hba.conf", owner: account)
    try Files.write(ClusterSettings.server, to: "\(fresh)/postgresql.auto.conf", owner: account)
    guard rename(fresh, place.data) == 0 else { throw .system("\(fresh) cannot be renamed to data") }
  }

  /// Removes what an interrupted start left, and sets aside a `data` folder that is no cluster.
  private func clearTornData() throws(LocalClusterError) {
    let fresh = "\(place.home)/data.new"
    if Files.exists(fresh) {
      let outcome = try Program(path: "/bin/rm", arguments: ["-rf", "--", fresh]).run()
      guard outcome.status == 0 else { throw LocalClusterError("\(fresh) cannot be removed: \(outcome.output)") }
    }
    guard Files.exists(place.data), rmdir(place.data) != 0 else { return }
    var aside = 1
    while Files.exists("\(place.data).torn-\(aside)") { aside += 1 }
    guard rename(place.data, "\(place.data).torn-\(aside)") == 0 else {
      throw .system("\(place.data) is no PostgreSQL cluster and cannot be set aside")
    }
  }

  private func start() throws(LocalClusterError) {
    try makeLog()
    let arguments = [
      "start", "-w", "-t", "60", "-D", place.data, "-l", place.log, "-o",
      ClusterSettings.options(place, forTests: forTests),
    ]
    for attempt in 1... {
      let before = Files.read(place.log)?.utf8.count ?? 0
      let outcome = try Program(path: programs.control, arguments: arguments, account: account).run()
      if outcome.status == 0 { return }
      let said = String(decoding: (Files.read(place.log) ?? "").utf8.dropFirst(before), as: UTF8.self)
      // Children of a killed server need a moment to notice.
      guard said.contains("pre-existing shared memory block"), attempt < 20 else {
        throw LocalClusterError("the server does not start: \(outcome.output)\n\(said)(the log is \(place.log))")
      }
      usleep(500_000)
    }
  }

  private func makeLog() throws(LocalClusterError) {
    let file = open(place.log, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .system("\(place.log) cannot be written") }
    close(file)
    try Files.give(place.log, to: account)
  }

  /// Waits for a server that starts or stops; nil when it is gone or cannot be reached.
  private func wait(for running: RunningServer) throws(LocalClusterError) -> String? {
    var unreachable = 0
    for _ in 0..<600 {
      guard let now = RunningServer(data: place.data) else { return nil }
      switch now.state {
      case .ready: return conninfo(now.sockets, port: now.port)
      case .busy: unreachable = 0
      case .unreachable: unreachable += 1
      }
      // Its socket may have been swept away with other temporary files.
      if unreachable > 20 { return nil }
      usleep(100_000)
    }
    throw LocalClusterError("the server in \(place.data) (process \(running.process)) is not ready after a minute")
  }

  private func conninfo(_ sockets: String, port: String) -> String {
    "host=\(sockets) port=\(port) user=postgres"
  }
}
