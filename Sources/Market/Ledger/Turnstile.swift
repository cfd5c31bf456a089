/// Lets many who want the same done share it: one runs, and all who come meanwhile wait for one more run that begins after they came.
actor Turnstile {
  private var running: Task<Int, any Error>?
  private var waiting: Task<Int, any Error>?

  func pass(_ body: @escaping @Sendable () async throws -> Int) async throws -> Int {
    if let waiting { return try await waiting.value }
    let task = Task { [running] in
      // How that run went is for those to hear who waited for it.
      _ = await running?.result
      begin()
      return try await body()
    }
    waiting = task
    return try await task.value
  }

  private func begin() { (running, waiting) = (waiting, nil) }
}
