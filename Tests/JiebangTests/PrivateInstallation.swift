import Foundation
import Glibc
import Market
import TestSupport

/// An installation with a PostgreSQL of its own in a folder of its own, as `make run` makes one. Gone when the test ends.
struct PrivateInstallation: Sendable {
  let home: String
  let program: Program

  static func with<T>(_ body: (PrivateInstallation) async throws -> T) async throws -> T {
    try await Folder.with { folder in
      let installation = PrivateInstallation(
        home: folder.path,
        program: try Program.jiebang(["JIEBANG_HOME": folder.path, "JIEBANG_SHARE": try Share.folder()]))
      defer { installation.clean() }
      return try await body(installation)
    }
  }

  /// The numbers of the PostgreSQL processes that work on this installation's data.
  var servers: [pid_t] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }.filter { id in
      guard let place = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(id)/cwd") else {
        return false
      }
      return place.replacingOccurrences(of: " (deleted)", with: "") == data
    }
  }

  /// Whether no PostgreSQL works here any more. A server that has been told to stop is gone from the process table a moment later.
  func isQuiet() async throws -> Bool {
    for _ in 0..<400 {
      if servers.isEmpty { return true }
      try await Task.sleep(for: .milliseconds(25))
    }
    return false
  }

  /// Where the data is: the folder itself, or where the installation says it had to put it.
  var data: String {
    let told = FileManager.default.contents(atPath: home + "/data.place").map { String(decoding: $0, as: UTF8.self) }
    let place = told?.trimmingCharacters(in: .whitespacesAndNewlines) ?? home
    return URL(fileURLWithPath: place + "/data").resolvingSymlinksInPath().path
  }

  var tokens: String { home + "/demo-tokens.json" }

  /// Starts the demonstration and waits until it serves.
  /// - Returns: the running program and the address it serves.
  func demo() async throws -> (running: RunningProgram, address: String) { try await serve("demo") }

  func serve(_ command: String = "serve") async throws -> (running: RunningProgram, address: String) {
    let running = try program.start(command, "--port", "0")
    let line = try await running.says("jiebang is ready: ")
    return (running, String(line.dropFirst("jiebang is ready: ".count)))
  }

  /// A test that failed half-way must not leave a server behind.
  private func clean() {
    for server in servers { kill(server, SIGQUIT) }
    for _ in 0..<200 where !servers.isEmpty { usleep(25_000) }
    if data != home + "/data" {
      try? FileManager.default.removeItem(atPath: URL(fileURLWithPath: data).deletingLastPathComponent().path)
    }
  }
}
