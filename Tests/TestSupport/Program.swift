import Foundation
import Glibc

/// A program under test, run as a stranger would run it: arguments, a clean environment, its two outputs apart.
public struct Program: Sendable {
  public let path: String
  public var environment: [String: String]

  public init(_ path: String, environment: [String: String] = [:]) {
    self.path = path
    self.environment = ["PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8", "HOME": NSTemporaryDirectory()]
      .merging(environment) { $1 }
  }

  /// The product's command as this build made it, beside the tests.
  public static func jiebang(_ environment: [String: String] = [:]) throws -> Program {
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let path = tests.deletingLastPathComponent().appendingPathComponent("jiebang").path
    guard FileManager.default.isExecutableFile(atPath: path) else { throw Missing(path: path) }
    return Program(path, environment: environment)
  }

  public struct Outcome: Sendable {
    /// The exit code; minus the number of the signal that ended it.
    public let status: Int32
    public let out: String
    public let err: String
    public var json: Any? { try? JSONSerialization.jsonObject(with: Data(out.utf8), options: .fragmentsAllowed) }
  }

  /// Runs to the end. A program that takes longer than `deadline` is killed, and the test fails with what it had said.
  public func run(_ arguments: String..., deadline: Duration = .seconds(180)) async throws -> Outcome {
    try await run(arguments, deadline: deadline)
  }

  public func run(_ arguments: [String], deadline: Duration = .seconds(180)) async throws -> Outcome {
    try await start(arguments).ended(within: deadline)
  }

  /// Starts it and goes on.
  public func start(_ arguments: String...) throws -> RunningProgram { try start(arguments) }

  public func start(_ arguments: [String]) throws -> RunningProgram {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    return try RunningProgram(process)
  }

  struct Missing: Error { let path: String }
}

/// A program at work. Its outputs are files, so neither can fill up and block it.
public struct RunningProgram: Sendable {
  public let id: pid_t
  private let outputs: (out: String, err: String)
  private let status: Task<Int32, Never>

  init(_ process: Process) throws {
    let base = NSTemporaryDirectory() + "/jiebang-output-" + UUID().uuidString
    outputs = (base + ".out", base + ".err")
    for path in [outputs.out, outputs.err] { try Data().write(to: URL(fileURLWithPath: path)) }
    process.standardOutput = FileHandle(forWritingAtPath: outputs.out)
    process.standardError = FileHandle(forWritingAtPath: outputs.err)
    let (ended, announce) = AsyncStream.makeStream(of: Int32.self)
    process.terminationHandler = { process in
      announce.yield(process.terminationReason == .uncaughtSignal ? -process.terminationStatus : process.terminationStatus)
      announce.finish()
    }
    try process.run()
    id = process.processIdentifier
    status = Task { for await status in ended { return status } ; return -1 }
  }

  public var out: String { Self.read(outputs.out) }
  public var err: String { Self.read(outputs.err) }

  public func send(signal: Int32) { kill(id, signal) }

  /// Waits for a line on either output and returns it.
  public func says(_ start: String, within deadline: Duration = .seconds(180)) async throws -> String {
    let end = ContinuousClock.now + deadline
    while ContinuousClock.now < end {
      if let line = (out + err).split(separator: "\n").first(where: { $0.hasPrefix(start) }) { return String(line) }
      guard kill(id, 0) == 0 else { break }
      try await Task.sleep(for: .milliseconds(20))
    }
    if let line = (out + err).split(separator: "\n").first(where: { $0.hasPrefix(start) }) { return String(line) }
    throw Silent(waitedFor: start, out: out, err: err)
  }

  public func ended(within deadline: Duration = .seconds(180)) async throws -> Program.Outcome {
    let watchdog = Task { [id] in
      try await Task.sleep(for: deadline)
      kill(id, SIGKILL)
    }
    let status = await status.value
    watchdog.cancel()
    let outcome = Program.Outcome(status: status, out: out, err: err)
    for path in [outputs.out, outputs.err] { try? FileManager.default.removeItem(atPath: path) }
    return outcome
  }

  private static func read(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }

  struct Silent: Error { let waitedFor: String, out: String, err: String }
}
