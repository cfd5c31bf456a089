import Postgres

extension Challenge {
  /// The next step of a challenge whose projects stand so; nil while it waits for them. Those who gave their award up do not count.
  static func step(from state: State, projects: [Project.State]) -> Action? {
    let winners = projects.filter { $0 != .forfeited }
    let running = winners.filter(\.isRunning)
    guard !winners.isEmpty else { return nil }
    switch state {
    case .awarded: return winners.contains(.awarded) ? nil : .sign
    case .contracted, .executing:
      if running.isEmpty, outcome(of: winners) == .terminate { return .terminate }
      if state == .contracted { return winners.allSatisfy { $0 == .contracted } ? nil : .start }
      return running.allSatisfy { $0 == .acceptance } ? .deliver : nil
    case .acceptance: return running.isEmpty ? outcome(of: winners) : nil
    default: return nil
    }
  }

  /// The best of what its projects came to.
  private static func outcome(of projects: [Project.State]) -> Action {
    let results: [(Project.State, Action)] = [(.completed, .complete), (.concluded, .conclude), (.failed, .fail)]
    return results.first { projects.contains($0.0) }?.1 ?? .terminate
  }
}

extension Work {
  /// Takes a challenge as far as its projects have come. Its row is held, so that two of them ending at once add up.
  func followProjects(of id: ID<Challenge>) async throws {
    while true {
      let (challenge, _) = try await asSystem.lock(id)
      let rows = try await tx.query("SELECT status FROM projects WHERE challenge = \(id)")
      let states = try rows.map { try $0.get(0, as: String.self) }.compactMap(Project.State.init)
      guard let step = Challenge.step(from: challenge.state, projects: states) else { return }
      try await asSystem.move(id, step, version: nil)
    }
  }
}
