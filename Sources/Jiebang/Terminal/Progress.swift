import Synchronization

/// Progress of long work on standard error: a bar on a terminal, a line every tenth elsewhere.
final class Progress: Sendable {
  private let title: String
  private let total: Int
  private let shown = Mutex(-1)

  init(_ title: String, total: Int) { (self.title, self.total) = (title, total) }

  func update(_ done: Int) {
    let percent = total == 0 ? 100 : min(100, done * 100 / total)
    let isNew = shown.withLock { last in
      let step = Console.errorIsTerminal ? 1 : 10
      guard percent >= last + step || (percent == 100 && last != 100) else { return false }
      last = percent
      return true
    }
    guard isNew else { return }
    if Console.errorIsTerminal {
      let filled = percent * 30 / 100
      let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
      Console.write("\r\(title) \(bar) \(percent) % (\(done)/\(total))\(percent == 100 ? "\n" : "")", to: 2)
    } else {
      Console.note("\(title) \(percent) % (\(done)/\(total))")
    }
  }
}
