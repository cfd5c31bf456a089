import Foundation
import FoundationNetworking
import Market
import MatchEngine
import Server
import Synchronization

/// The product's own server on a port of its own, and a plain HTTP client.
public struct TestServer: Sendable {
  public let world: World
  public let base: String
  public let server: MarketServer

  /// Starts the server on a world of its own; it is gone when `body` returns.
  /// - Parameter folder: where it keeps its keys; without one it signs nothing.
  /// - Parameter configure: what differs from a server for tests, which counts no requests.
  public static func with<T: Sendable>(
    folder: String? = nil, _ configure: @escaping @Sendable (inout MarketServer.Options) -> Void = { _ in },
    _ body: @escaping @Sendable (TestServer) async throws -> T
  ) async throws -> T {
    try await World.with { world in try await serve(world, folder: folder, configure, body) }
  }

  public static func serve<T: Sendable>(
    _ world: World, folder: String? = nil, _ configure: @Sendable (inout MarketServer.Options) -> Void = { _ in },
    _ body: @escaping @Sendable (TestServer) async throws -> T
  ) async throws -> T {
    let lexicon = try Lexicon.shipped(in: try Share.folder())
    let (ports, announce) = AsyncStream.makeStream(of: Int.self)
    var options = MarketServer.Options()
    options.port = 0
    options.rateLimits = nil
    configure(&options)
    options.onReady = { port in
      announce.yield(port)
      announce.finish()
    }
    let server = MarketServer(world.market, lexicon: lexicon, folder: folder, options: options)
    return try await withThrowingTaskGroup(of: T?.self) { group in
      group.addTask {
        try await server.run(stopOnSignals: false)
        return nil
      }
      group.addTask {
        for await port in ports {
          let test = TestServer(world: world, base: "http://127.0.0.1:\(port)", server: server)
          return try await body(test)
        }
        return nil
      }
      for try await result in group {
        if let result {
          group.cancelAll()
          return result
        }
      }
      throw ServerEnded()
    }
  }

  struct ServerEnded: Error {}

  public var port: Int { base.split(separator: ":").last.flatMap { Int($0) } ?? 0 }

  public struct Answer: Sendable {
    public let status: Int
    public let headers: [String: String]
    public let body: [UInt8]

    public init(status: Int, headers: [String: String], body: [UInt8]) {
      (self.status, self.headers, self.body) = (status, headers, body)
    }

    public var json: JSONValue { JSONValue.parse(body) ?? .null }
    public var etag: String { headers["etag"] ?? "" }
    public var code: String { json["code"]?.string ?? "" }
  }

  /// Sends one request. `body` is sent as JSON as it stands.
  public func send(
    _ method: String, _ path: String, as party: World.Party? = nil, _ body: String? = nil,
    headers: [String: String] = [:]
  ) async throws -> Answer {
    var request = URLRequest(url: URL(string: base + path)!)
    request.httpMethod = method
    if let party { request.setValue("Bearer \(party.secret)", forHTTPHeaderField: "Authorization") }
    if let body {
      request.httpBody = Data(body.utf8)
      request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    }
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    let (data, response) = try await URLSession.shared.data(for: request)
    guard let http = response as? HTTPURLResponse else { throw ServerEnded() }
    var fields: [String: String] = [:]
    for (name, value) in http.allHeaderFields { fields["\(name)".lowercased()] = "\(value)" }
    return Answer(status: http.statusCode, headers: fields, body: Array(data))
  }

  public func get(_ path: String, as party: World.Party? = nil) async throws -> Answer {
    try await send("GET", path, as: party)
  }

  /// Makes a move on the newest version of an object.
  @discardableResult
  public func move(_ path: String, _ action: String, as party: World.Party, _ more: String = "") async throws -> Answer
  {
    let seen = try await get(path, as: party)
    return try await send(
      "POST", path + "/transitions", as: party, "{\"action\":\"\(action)\"\(more.isEmpty ? "" : "," + more)}",
      headers: ["If-Match": seen.etag])
  }

  /// Waits until something is true; a test fails with what never happened.
  public func eventually(_ what: String, _ condition: @Sendable () async throws -> Bool) async throws {
    for _ in 0..<600 {
      if try await condition() { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw NeverHappened(what: what)
  }

  struct NeverHappened: Error { let what: String }
}
