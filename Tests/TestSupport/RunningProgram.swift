import Foundation
import Glibc

/// A program at work. Its outputs are files, so neither can fill up and block it. It inherits nothing: a daemon that it leaves
/// behind holds no end of ours open, which is why Foundation's `Process` does not do here.
public struct RunningProgram: Sendable {
  public let id: pid_t
  private let base: String
  private let status: Task<Int32, Never>

  init(_ words: [String], environment: [String]) throws {
    let base = NSTemporaryDirectory() + "/jiebang-output-" + UUID().uuidString
    let id = try Self.spawn(words, environment, outputs: base)
    (self.id, self.base) = (id, base)
    status = Task { await onThread { Self.wait(for: id) } }
  }

  private static func wait(for id: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0, errno == EINTR {}
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
  }

  public var out: String { Self.read(base + ".out") }
  public var err: String { Self.read(base + ".err") }

  public func send(signal: Int32) { kill(id, signal) }

  /// Waits for a line on either output and returns it.
  public func says(_ start: String, within deadline: Duration = .seconds(180)) async throws -> String {
    let end = ContinuousClock.now + deadline
    return try await onThread {
      Result {
        while true {
          // What was said last is read after the end has been seen.
          let isOver = kill(id, 0) != 0 || ContinuousClock.now > end
          if let line = (out + err).split(separator: "\n").first(where: { $0.hasPrefix(start) }) { return String(line) }
          guard !isOver else { throw Silent(waitedFor: start, out: out, err: err) }
          usleep(20_000)
        }
      }
    }.get()
  }

  /// Waits for its end; a program that takes longer than `deadline` is killed.
  public func ended(within deadline: Duration = .seconds(180)) async throws -> Program.Outcome {
    let isOver = Shared(false), end = ContinuousClock.now + deadline
    let watchdog = Task {
      await onThread {
        while !isOver.value, ContinuousClock.now < end { usleep(20_000) }
        if !isOver.value { kill(id, SIGKILL) }
      }
    }
    let status = await status.value
    isOver.change { $0 = true }
    await watchdog.value
    let outcome = Program.Outcome(status: status, out: out, err: err)
    for end in [".out", ".err"] { try FileManager.default.removeItem(atPath: base + end) }
    return outcome
  }

  private static func spawn(_ words: [String], _ environment: [String], outputs base: String) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, base + ".out", O_WRONLY | O_CREAT | O_EXCL, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, base + ".err", O_WRONLY | O_CREAT | O_EXCL, 0o600)
    for descriptor in 3..<Int32(1024) { posix_spawn_file_actions_addclose(&actions, descriptor) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let argv = words.map { strdup($0) }, envp = environment.map { strdup($0) }
    defer { for word in argv + envp { free(word) } }
    var id = pid_t()
    let outcome = posix_spawn(&id, words[0], &actions, &attributes, argv + [nil], envp + [nil])
    guard outcome == 0 else { throw NotStarted(path: words[0], why: String(cString: strerror(outcome))) }
    return id
  }

  private static func read(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }

  struct NotStarted: Error { let path: String, why: String }
  struct Silent: Error { let waitedFor: String, out: String, err: String }
}

/// Waits on a thread that may wait, so that no task of a test is held up.
private func onThread<T: Sendable>(_ body: @escaping @Sendable () -> T) async -> T {
  await withCheckedContinuation { continuation in
    Thread.detachNewThread { continuation.resume(returning: body()) }
  }
}
