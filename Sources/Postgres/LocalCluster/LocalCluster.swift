import Synchronization

/// A PostgreSQL server of one's own in a folder: made when it is first started, reached by a Unix socket alone,
/// shared by all processes that name the same folder, and stopped by the last of them to leave.
///
/// A process that dies leaves the server running; the next start finds and uses it.
public struct LocalCluster: Sendable {
  public let folder: String
  /// The database ``start(forTests:)`` leads to; made when it is not there.
  public let database: String
  private let stay = Stay()

  public init(folder: String, database: String = "postgres") {
    self.folder = folder
    self.database = database
  }

  /// Makes the cluster if need be, starts its server if none runs, and returns the string to connect with.
  ///
  /// As root the server runs as the user `postgres`; if that user cannot get into the folder, the data lies in a
  /// temporary folder that the file `data.place` names. `forTests` trades the safety of the data for speed.
  public func start(forTests: Bool = false) async throws(LocalClusterError) -> String {
    try await offThread { () throws(LocalClusterError) in try stay.begin(folder, database, forTests: forTests) }
  }

  /// Leaves the cluster; the last one to leave stops the server.
  public func release() async throws(LocalClusterError) {
    try await offThread { () throws(LocalClusterError) in try stay.end(evenIfShared: false) }
  }

  /// Leaves the cluster and stops the server under everybody who still uses it.
  public func stop() async throws(LocalClusterError) {
    try await offThread { () throws(LocalClusterError) in try stay.end(evenIfShared: true) }
  }

  /// Runs what waits for programs on a thread that may wait.
  private func offThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws(LocalClusterError) -> Value
  ) async throws(LocalClusterError) -> Value {
    let outcome: Result<Value, LocalClusterError> = await withCheckedContinuation { continuation in
      let isStarted = Thread.detach { continuation.resume(returning: Result(catching: body)) }
      if !isStarted { continuation.resume(returning: .failure(.system("no thread can be started"))) }
    }
    return try outcome.get()
  }
}
