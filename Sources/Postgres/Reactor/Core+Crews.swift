extension Core {
  /// The most writes that commit together.
  static var largestCrew: Int { 32 }
  /// How long a crew may be held up by one of its own, waiting for a lock perhaps, before each goes alone.
  private static var crewPatience: Int64 { .milliseconds(250) }

  /// Sends several single writes as one transaction: under load one flush of the log serves them all.
  func depart(_ link: Link, crew: [Lease]) {
    for lease in crew { lease.isWaiting = false }
    link.owner = .crew(crew)
    crews.insert(link.id)
    do {
      try link.fly(crew.compactMap(\.pending.first?.statement), at: now)
      flush(link)
    } catch {
      lose(link, error)
    }
  }

  /// All have committed, or nothing has: then each is run alone, to get the answer that is its own.
  func landed(_ link: Link, crew: [Lease], _ outcomes: [Link.Outcome], _ failure: PostgresError?) {
    crews.remove(link.id)
    let rows = outcomes.compactMap { if case .rows(let rows) = $0 { rows } else { nil } }
    if failure == nil, rows.count == crew.count {
      for (lease, rows) in zip(crew, rows) { lease.pending.removeFirst().succeed(rows) }
    } else {
      for lease in crew.reversed() {
        lease.isLoner = true
        lease.isWaiting = true
        writers.waitAgain(lease, now: now)
      }
    }
    if link.isOutsideTransaction { free(link) } else { drop(link) }
  }

  /// Whether each had committed is not known.
  func lost(crew: [Lease], _ error: PostgresError) {
    for lease in crew { lease.pending.removeFirst().fail(error) }
  }

  func splitSlowCrews() {
    for id in crews {
      guard let link = links[id], link.cancels == 0, now - link.departed >= Core.crewPatience else { continue }
      sendCancel(link)
    }
  }
}
