import Foundation
import Glibc
import Synchronization

/// What somebody runs who is told of events: a small HTTP server of our own making, which does as the test says.
public final class Receiver: Sendable {
  public struct Message: Sendable {
    public let headers: [String: String]
    public let body: [UInt8]
    public var id: String { headers["webhook-id"] ?? "" }
    public var text: String { String(decoding: body, as: UTF8.self) }
  }

  public enum Answer: Sendable {
    case status(Int, [String: String] = [:])
    /// After so many milliseconds.
    case late(Int, Int)
    /// Hangs up without a word.
    case nothing
    /// Says it is well, and never stops talking.
    case endless(Int)
  }

  public let port: Int
  private let socket: Int32
  private let state = Mutex<[Message]>([])
  private let answer: Mutex<@Sendable (Message) -> Answer>

  /// - Parameter address: where it listens, on this machine.
  public static func with<T: Sendable>(
    on address: String = "127.0.0.1", port: Int = 0,
    _ answer: @escaping @Sendable (Message) -> Answer = { _ in .status(204) },
    _ body: @Sendable (Receiver) async throws -> T
  ) async throws -> T {
    let receiver = try Receiver(address, port, answer)
    defer { receiver.close() }
    return try await body(receiver)
  }

  public var messages: [Message] { state.withLock { $0 } }
  public var url: String { "http://127.0.0.1:\(port)/hook" }
  public func answers(_ answer: @escaping @Sendable (Message) -> Answer) { self.answer.withLock { $0 = answer } }

  struct CannotListen: Error {}

  private init(_ address: String, _ port: Int, _ answer: @escaping @Sendable (Message) -> Answer) throws {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = in_port_t(port).bigEndian
    inet_pton(AF_INET, address, &place.sin_addr)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    var yes: Int32 = 1
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    let isBound = withUnsafeMutablePointer(to: &place) { place in
      place.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(socket, address, size) == 0 && listen(socket, 64) == 0 && getsockname(socket, address, &size) == 0
      }
    }
    guard isBound else { throw CannotListen() }
    self.socket = socket
    self.port = Int(in_port_t(bigEndian: place.sin_port))
    self.answer = Mutex(answer)
    Thread.detachNewThread { [self] in
      while true {
        let client = accept(socket, nil, nil)
        guard client >= 0 else { return }
        Thread.detachNewThread { [self] in
          serve(client)
          _ = Glibc.close(client)
        }
      }
    }
  }

  private func close() {
    shutdown(socket, Int32(SHUT_RDWR))
    _ = Glibc.close(socket)
  }

  private func serve(_ client: Int32) {
    guard let message = read(client) else { return }
    state.withLock { $0.append(message) }
    switch answer.withLock({ $0 })(message) {
    case .status(let status, let headers): say(client, status, headers)
    case .late(let milliseconds, let status):
      usleep(UInt32(milliseconds) * 1000)
      say(client, status, [:])
    case .nothing: return
    case .endless(let status):
      guard send(client, "HTTP/1.1 \(status) X\r\n\r\n") else { return }
      while send(client, String(repeating: "x", count: 1 << 14)) {}
    }
  }

  private func say(_ client: Int32, _ status: Int, _ headers: [String: String]) {
    let lines = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
    _ = send(client, "HTTP/1.1 \(status) X\r\n\(lines)Content-Length: 0\r\nConnection: close\r\n\r\n")
  }

  private func send(_ client: Int32, _ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return Glibc.send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
  }

  private func read(_ client: Int32) -> Message? {
    var bytes: [UInt8] = [], piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      if let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) {
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
          guard let colon = line.firstIndex(of: ":") else { continue }
          headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        let body = bytes[end.upperBound...]
        if body.count >= Int(headers["content-length"] ?? "0") ?? 0 {
          return Message(headers: headers, body: Array(body))
        }
      }
      let count = recv(client, &piece, piece.count, 0)
      guard count > 0 else { return nil }
      bytes += piece[..<count]
    }
  }
}
