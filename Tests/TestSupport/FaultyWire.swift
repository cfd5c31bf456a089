import Foundation
import Glibc
import Synchronization

/// A wire between a client and a PostgreSQL on a Unix socket, which a test can cut, hold up, slow down or close in one direction.
public final class FaultyWire: Sendable {
  public enum Fault: Sendable {
    case none
    /// New connections are refused; those that there are have been cut.
    case down
    /// Nothing passes, and nobody is told.
    case held
    /// Every piece waits before it passes.
    case slow(milliseconds: UInt32)
  }

  private struct Connection {
    let client: Int32
    let server: Int32
  }

  private let folder: String
  private let listener: Int32
  private let upstream: String
  private let fault = Mutex(Fault.none)
  private let connections = Mutex<[Connection]>([])

  /// Lends a wire to the server that `conninfo` names, with a connection string that leads through it.
  public static func with<T>(to conninfo: String, _ body: (FaultyWire, String) async throws -> T) async throws -> T {
    func value(_ name: String) -> String? {
      conninfo.split(separator: " ").first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }
    let port = value("port") ?? "5432", host = value("host") ?? "/tmp"
    let folder = "/tmp/jbw-\(UInt32.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let name = "/.s.PGSQL.\(port)"
    let wire = try FaultyWire(folder: folder, path: folder + name, upstream: host + name)
    defer { wire.end() }
    return try await body(wire, conninfo.replacingOccurrences(of: "host=\(host)", with: "host=\(folder)"))
  }

  private init(folder: String, path: String, upstream: String) throws {
    (self.folder, self.upstream) = (folder, upstream)
    listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard Self.withAddress(path, { bind(listener, $0, $1) }) == 0, listen(listener, 128) == 0 else {
      throw CocoaError(.fileWriteUnknown)
    }
    Thread.detachNewThread { [self] in accept() }
  }

  public func set(_ new: Fault) {
    fault.withLock { $0 = new }
    if case .down = new { cut() }
  }

  /// Ends every connection that there is, both ways, at once.
  public func cut() {
    connections.withLock { all in
      for each in all {
        shutdown(each.client, Int32(SHUT_RDWR))
        shutdown(each.server, Int32(SHUT_RDWR))
      }
    }
  }

  /// Ends the direction from the server to the client and leaves the other open.
  public func halfClose() {
    connections.withLock { all in for each in all { shutdown(each.client, Int32(SHUT_WR)) } }
  }

  private func end() {
    set(.down)
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private func accept() {
    while true {
      let client = Glibc.accept(listener, nil, nil)
      guard client >= 0 else { return }
      if case .down = fault.withLock({ $0 }) {
        close(client)
        continue
      }
      let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      guard Self.withAddress(upstream, { connect(server, $0, $1) }) == 0 else {
        close(client)
        close(server)
        continue
      }
      connections.withLock { $0.append(Connection(client: client, server: server)) }
      let open = Shared(2)
      for (from, to) in [(client, server), (server, client)] {
        Thread.detachNewThread { [self] in
          pump(from, to)
          shutdown(to, Int32(SHUT_WR))
          open.change { $0 -= 1 }
          // The second of the two directions to end takes the descriptors with it.
          guard open.value == 0 else { return }
          connections.withLock { all in
            guard let place = all.firstIndex(where: { $0.client == client }) else { return }
            all.remove(at: place)
            close(client)
            close(server)
          }
        }
      }
    }
  }

  private func pump(_ from: Int32, _ to: Int32) {
    var piece = [UInt8](repeating: 0, count: 16384)
    while true {
      let count = read(from, &piece, piece.count)
      guard count > 0 else { return }
      waitForLeave()
      var sent = 0
      while sent < count {
        let wrote = piece.withUnsafeBytes { send(to, $0.baseAddress! + sent, count - sent, Int32(MSG_NOSIGNAL)) }
        guard wrote > 0 else { return }
        sent += wrote
      }
    }
  }

  private func waitForLeave() {
    while true {
      switch fault.withLock({ $0 }) {
      case .none, .down: return
      case .slow(let milliseconds):
        usleep(milliseconds * 1000)
        return
      case .held: usleep(5_000)
      }
    }
  }

  private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { room in
      for (place, byte) in path.utf8.prefix(room.count - 1).enumerated() { room[place] = byte }
    }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
  }
}
