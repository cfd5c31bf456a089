import Synchronization

/// Progress of long work on standard error: a bar on a terminal, a line every tenth elsewhere.
final class Progress: Sendable {
  private let title: String
  private let total: Int
  /// The last step shown; where progress is lines, the beginning is not one.
  private let shown = Mutex(Console.errorIsTerminal ? -1 : 0)

  init(_ title: String, total: Int) { (self.title, self.total) = (title, total) }

  func update(_ done: Int) {
    let percent = total == 0 ? 100 : min(100, done * 100 / total)
    let isNew = shown.withLock { last in
      let step = Console.errorIsTerminal ? 1 : 10
      let mark = percent - percent % step
      guard mark > last else { return false }
      last = mark
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
