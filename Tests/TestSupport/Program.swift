import Foundation
import Glibc

/// A program under test, run as a stranger would run it: arguments, a clean environment, its two outputs apart.
public struct Program: Sendable {
  public let path: String
  public var environment: [String: String]

  public init(_ path: String, environment: [String: String] = [:]) {
    self.path = path
    self.environment = [
      "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8", "HOME": NSTemporaryDirectory(),
    ]
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
    try RunningProgram([path] + arguments, environment: environment.map { "\($0.key)=\($0.value)" })
  }

  struct Missing: Error { let path: String }
}
