import CLibPQ
import Glibc

/// The server a data folder's `postmaster.pid` tells of.
struct RunningServer {
  enum State {
    case ready
    /// Starting or shutting down.
    case busy
    case unreachable
  }

  /// The number in the socket's name; no TCP port is opened.
  static let port = "5432"

  let process: pid_t
  let sockets: String
  let port: String

  /// The server at work on a data folder; nil when the file is absent, stale, or names another program's process.
  init?(data: String) {
    let lines = (Files.read("\(data)/postmaster.pid") ?? "").split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 5, let process = pid_t(lines[0].trimmed), RunningServer.works(process, in: data) else {
      return nil
    }
    self.process = process
    port = lines[3].trimmed
    sockets = lines[4].trimmed
  }

  var state: State {
    guard !sockets.isEmpty else { return .busy }
    switch PQping("host='\(sockets)' port=\(port) dbname=postgres connect_timeout=5") {
    case PQPING_OK: return .ready
    case PQPING_REJECT: return .busy
    default: return .unreachable
    }
  }

  /// Removes lock files whose process number has gone to another program, or to a dead process nobody has taken note
  /// of: the server would take that for itself. Other dead numbers it clears away by itself, after it has made sure
  /// that no child of the dead is left.
  static func clearStale(_ place: ClusterPlace) {
    let stale = ["\(place.data)/postmaster.pid", "\(place.sockets)/.s.PGSQL.\(port).lock"].filter { path in
      guard let process = Files.read(path)?.firstLine.flatMap({ pid_t(Substring($0).trimmed) }) else { return false }
      return (kill(process, 0) == 0 || errno == EPERM) && !works(process, in: place.data)
    }
    guard !stale.isEmpty else { return }
    let isAnyoneLeft = Files.names(in: "/proc").compactMap { pid_t($0) }.contains { works($0, in: place.data) }
    if !isAnyoneLeft { for path in stale { unlink(path) } }
  }

  /// Whether a process is PostgreSQL at work in a data folder.
  private static func works(_ process: pid_t, in data: String) -> Bool {
    guard let folder = Files.status(data), let current = Files.status("/proc/\(process)/cwd") else { return false }
    guard folder.device == current.device, folder.node == current.node else { return false }
    return Files.read("/proc/\(process)/comm")?.hasPrefix("postgres") == true
  }
}

extension Substring {
  var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
