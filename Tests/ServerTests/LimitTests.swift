import Glibc
import NIOCore
import TestSupport
import Testing

@testable import Server

@Suite struct LimitTests {
  @Test func a_bucket_gives_its_burst_then_says_how_long_to_wait_and_fills_again() {
    let limiter = RateLimiter(), limit = RateLimit(perSecond: 0.5, burst: 3)
    let start = NIODeadline.now()
    for _ in 0..<3 { #expect(limiter.take("a", "read", limit, now: start) == nil) }
    #expect(limiter.take("a", "read", limit, now: start) == 2)
    #expect(limiter.take("a", "write", limit, now: start) == nil, "another kind has a bucket of its own")
    #expect(limiter.take("b", "read", limit, now: start) == nil, "and so has another principal")
    #expect(limiter.take("a", "read", limit, now: start + .seconds(1)) == 1)
    #expect(limiter.take("a", "read", limit, now: start + .seconds(2)) == nil)
  }

  @Test func what_is_quiet_long_enough_is_forgotten() {
    let limiter = RateLimiter(), limit = RateLimit(perSecond: 10, burst: 10)
    let start = NIODeadline.now()
    for n in 0..<1000 { _ = limiter.take("principal \(n)", "read", limit, now: start) }
    #expect(limiter.count == 1000)
    for n in 0..<1000 { _ = limiter.take("other \(n)", "read", limit, now: start + .seconds(120)) }
    #expect(limiter.count <= 1000)
  }

  @Test func who_asks_too_often_is_told_when_to_come_back_and_others_are_not_held_up() async throws {
    try await TestServer.with({ options in
      var limits = RateLimits()
      limits.reads = RateLimit(perSecond: 0.01, burst: 3)
      options.rateLimits = limits
    }) { server in
      for _ in 0..<3 {
        #expect(try await server.send("GET", "/api/v1/challenges", as: server.world.university).status == 200)
      }
      let refused = try await server.send("GET", "/api/v1/challenges", as: server.world.university)
      #expect(refused.status == 429 && refused.code == "rate_limited")
      #expect(Int(refused.headers["retry-after"] ?? "").map { $0 > 0 && $0 <= 100 } == true)
      #expect(try await server.send("GET", "/api/v1/challenges", as: server.world.enterprise).status == 200)
      // Wrong tokens are paid for by the address, and a client cannot give itself another one.
      for n in 0..<5 {
        let answer = try await server.send(
          "GET", "/api/v1/challenges",
          headers: ["Authorization": "Bearer jb_pat_\(n)", "X-Forwarded-For": "10.0.0.\(n)"])
        #expect(answer.status == (n < 3 ? 401 : 429))
      }
    }
  }

  @Test func behind_a_proxy_of_ours_the_client_is_who_the_proxy_says() async throws {
    try await TestServer.with({ options in
      var limits = RateLimits()
      limits.reads = RateLimit(perSecond: 0.01, burst: 1)
      options.rateLimits = limits
      options.trustedProxies = 1
    }) { server in
      func ask(_ forwarded: String) async throws -> Int {
        try await server.send("GET", "/api/v1/challenges", headers: ["X-Forwarded-For": forwarded]).status
      }
      #expect(try await ask("198.51.100.1") == 200)
      let claimed = try await ask("203.0.113.9, 198.51.100.1")
      #expect(claimed == 429, "what stands before the proxy's own word is the client's")
      #expect(try await ask("198.51.100.2") == 200)
    }
  }

  @Test(arguments: [
    "GET /api/v1/challenges HT", "POST /api/v1/achievements HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{",
  ])
  func a_client_that_dribbles_is_cut_off(half: String) async throws {
    try await TestServer.with({ $0.answerWithin = 300 }) { server in
      let socket = try #require(RawSocket(port: server.port))
      #expect(socket.send(half))
      // Every byte is another one of the same request, and moves nothing.
      var sent = 0
      while sent < 600, !socket.hasEnded {
        try await Task.sleep(for: .milliseconds(50))
        _ = socket.send("x")
        sent += 1
      }
      #expect(socket.hasEnded)
      #expect(try await server.send("GET", "/healthz").status == 200)
    }
  }

  @Test func headers_beyond_any_use_are_refused() async throws {
    try await TestServer.with { server in
      let answer = try await server.send("GET", "/healthz", headers: ["X-Long": String(repeating: "x", count: 40_000)])
      #expect([400, 431].contains(answer.status))
    }
  }
}

/// A TCP connection that sends what it is told, whole requests or not.
private final class RawSocket {
  private let descriptor: Int32

  init?(port: Int) {
    descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { return nil }
  }

  deinit { close(descriptor) }

  func send(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
  }

  /// Whether the other side has closed.
  var hasEnded: Bool {
    var answer = [UInt8](repeating: 0, count: 4096)
    let got = recv(descriptor, &answer, answer.count, Int32(MSG_DONTWAIT))
    return got == 0 || (got < 0 && errno != EAGAIN)
  }
}
