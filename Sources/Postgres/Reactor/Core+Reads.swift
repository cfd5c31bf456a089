extension Core {
  /// The most statements under one sync.
  private static var longestFlight: Int { 128 }
  /// How long a cancelled read may go on for its neighbours' sake before the server is asked to stop.
  private static var tolerance: Int64 { .milliseconds(50) }

  func read(_ read: Read) {
    guard !read.ticket.isCancelled else { return read.answer(.failure(.cancelled)) }
    readers.wait(read, now: now)
  }

  func scheduleReads() {
    while let action = readers.next(now: now) {
      switch action {
      case .grant(let first, let id):
        guard let link = links[id] else {
          readers.lost(id)
          readers.waitAgain(first, now: now)
          continue
        }
        depart(link, [first] + readers.share(upTo: Core.longestFlight - 1))
      case .open: dial(.reader)
      case .timeOut(let read): read.answer(.failure(.noFreeConnection))
      case .refuse(let read): read.answer(.failure(lastRefusal))
      case .retire(let id): if let link = links[id] { drop(link) }
      }
    }
  }

  private func depart(_ link: Link, _ reads: [Read]) {
    link.owner = .reads(reads)
    do {
      try link.fly(reads.lazy.map(\.sql), at: now)
      flush(link)
    } catch {
      lose(link, error)
    }
  }

  func landed(_ link: Link, reads: [Read], _ outcomes: [Link.Outcome], _ failure: PostgresError?) {
    let wasStopped = abandoned.remove(link.id) != nil || link.cancels > 0
    var again: [Read] = []
    for (read, outcome) in zip(reads, outcomes) where !read.isAnswered {
      switch outcome {
      case .rows(let rows):
        read.answer(.success(rows))
      case .failed(let error) where error.sqlState == SQLState.cancelled && wasStopped && !isOverdue(link):
        // The cancel was meant for a neighbour.
        again.append(read)
      case .failed(let error):
        read.answer(.failure(error))
      case .aborted:
        again.append(read)
      case .stale(let error):
        read.mishaps += 1
        if read.mishaps > 1 { read.answer(.failure(error)) } else { again.append(read) }
      }
    }
    for read in again.reversed() { readers.waitAgain(read, now: now) }
    if link.isOutsideTransaction { free(link) } else { drop(link) }
  }

  /// Whether the server itself may have stopped the flight, for its statement timeout.
  private func isOverdue(_ link: Link) -> Bool {
    let limit = options.statementTimeout.nanoseconds
    return limit > 0 && now - link.departed >= limit
  }

  /// A connection was lost with reads on it: what had been answered counts, the rest may run once more.
  func lost(_ reads: [Read], _ outcomes: [Link.Outcome], _ error: PostgresError) {
    for (index, read) in reads.enumerated().reversed() where !read.isAnswered {
      if index < outcomes.count, case .rows(let rows) = outcomes[index] {
        read.answer(.success(rows))
        continue
      }
      read.mishaps += 1
      if read.mishaps > 1 || closing != nil {
        read.answer(.failure(error))
      } else {
        readers.waitAgain(read, now: now)
      }
    }
  }

  /// Calls a read off: at once for the caller, later for the server.
  func cancelRead(_ ticket: Ticket) -> Bool {
    if let read = readers.forget(where: { $0.ticket === ticket }) {
      read.answer(.failure(.cancelled))
      return true
    }
    for link in links.values {
      guard case .reads(let reads) = link.owner, let read = reads.first(where: { $0.ticket === ticket }) else {
        continue
      }
      read.answer(.failure(.cancelled))
      abandoned.insert(link.id)
      return true
    }
    return false
  }

  /// Stops flights that nobody waits for, and those that keep neighbours waiting for an answer nobody wants.
  func cancelAbandoned() {
    for id in abandoned {
      guard let link = links[id], case .reads(let reads) = link.owner else {
        abandoned.remove(id)
        continue
      }
      guard link.cancels == 0, now - link.departed >= Core.tolerance || reads.allSatisfy(\.isAnswered) else { continue }
      sendCancel(link)
    }
  }
}
