import Glibc
import Synchronization

/// One user's stay in a cluster: the shared lock that keeps the server running, and how to reach it.
final class Stay: Sendable {
  private struct State: ~Copyable {
    var lock: FileLock?
    var server: ClusterServer?
    var conninfo: String?
  }

  private let state = Mutex(State())

  func begin(_ folder: String, _ database: String, forTests: Bool) throws(LocalClusterError) -> String {
    try state.withLock { state throws(LocalClusterError) in
      if let conninfo = state.conninfo { return conninfo }
      try Files.makeFolder(folder)
      guard let folder = Files.absolute(folder) else { throw .system("the folder \(folder) cannot be found") }
      let gate = try FileLock("\(folder)/start.lock")
      try gate.lock()
      let lock = try FileLock("\(folder)/cluster.lock")
      try lock.lock(shared: true)
      let server = try ClusterServer(folder, forTests: forTests)
      let conninfo = try server.run()
      try server.makeDatabase(database, conninfo)
      if forTests { try server.stopWhenUnused(lock: "\(folder)/cluster.lock") }
      state.lock = consume lock
      state.server = server
      state.conninfo = "\(conninfo) dbname='\(database.connectionQuoted)'"
      return "\(conninfo) dbname='\(database.connectionQuoted)'"
    }
  }

  func end(evenIfShared: Bool) throws(LocalClusterError) {
    try state.withLock { state throws(LocalClusterError) in
      guard let server = state.server, let lock = state.lock.take() else { return }
      state.server = nil
      state.conninfo = nil
      let gate = try FileLock("\(server.place.folder)/start.lock")
      try gate.lock()
      if lock.tryLock() || evenIfShared { try server.stop() }
    }
  }
}

extension String {
  /// The value as a connection string writes it between single quotes.
  var connectionQuoted: String {
    var quoted = ""
    for character in self {
      if character == "'" || character == "\\" { quoted.append("\\") }
      quoted.append(character)
    }
    return quoted
  }
}
