import Glibc
import Synchronization

/// One user's stay in a cluster: the shared lock that keeps the server running, and how to reach it.
final class Stay: Sendable {
  private struct State: ~Copyable {
    var lock: FileLock?
    var server: ClusterServer?
  }

  private let state = Mutex(State())

  /// Begins the stay, or makes sure once more that the server runs; the string to connect with.
  func begin(_ folder: String, _ database: String, forTests: Bool) throws(LocalClusterError) -> String {
    try Files.makeFolder(folder)
    guard let folder = Files.absolute(folder) else { throw .system("the folder \(folder) cannot be found") }
    return try state.withLock { state throws(LocalClusterError) in
      let gate = try FileLock("\(folder)/start.lock")
      try gate.lock()
      let isNew = state.lock == nil
      if isNew {
        let lock = try FileLock("\(folder)/cluster.lock")
        try lock.lock(shared: true)
        state.lock = consume lock
      }
      do throws(LocalClusterError) {
        let server = try ClusterServer(folder, forTests: forTests)
        let conninfo = try server.run()
        try server.makeDatabase(database, conninfo)
        if forTests, isNew { try server.stopWhenUnused(lock: "\(folder)/cluster.lock") }
        state.server = server
        return "\(conninfo) dbname='\(database.connectionQuoted)'"
      } catch {
        if isNew { state.lock = nil }
        throw error
      }
    }
  }

  func end(evenIfShared: Bool) throws(LocalClusterError) {
    try state.withLock { state throws(LocalClusterError) in
      guard let server = state.server, let lock = state.lock.take() else { return }
      state.server = nil
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
