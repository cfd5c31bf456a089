import Foundation
import FoundationNetworking
import Market
import Postgres
import TestSupport
import Testing

/// Words that can be nowhere else are sent to a real server, in good requests and in bad ones, and looked for in all that it says
/// of itself: its log at the most talkative, its health, the events and the ledger.
@Suite struct LogCanaryTests {
  @Test func what_a_server_says_of_itself_holds_no_bid_no_person_and_no_secret() async throws {
    try await Folder.with { folder in
      try await TestDatabase.named { database, conninfo in
        let home = folder.path + "/home"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        let world = try await World(database, keys: PlatformKeys(folder: home + "/keys"))
        let word = "canary\(UInt64.random(in: 1 ... .max))", phone = "138\(Int.random(in: 10_000_000...99_999_999))"
        let login = "\(word)@example.invalid", password = "password \(word)"
        _ = try await world.person("示例 \(word)", in: world.university, login: login, password: password)
        let challenge = try await world.challenge(.published, hasClosed: false, withBid: false).id
        let program = try Program.jiebang([
          "JIEBANG_DATABASE_URL": conninfo, "JIEBANG_HOME": home, "JIEBANG_LOG_LEVEL": "trace",
        ])
        let running = try program.start("serve", "--port", "0", "--no-limits")
        let line = try await running.says("jiebang is ready: ")
        let base = String(line.dropFirst("jiebang is ready: ".count))
        let bid = #"{"price":{"amount":"712345.67","currency":"CNY"},"plan":"方案 \#(word) \#(phone)"}"#
        let path = "/api/v1/challenges/\(challenge)/bids"
        var answered: [Int] = []
        for (method, path, secret, body) in [
          ("POST", path, world.university.secret, bid), ("POST", path, world.university.secret, bid),
          ("POST", path, world.university.secret, String(bid.dropLast())),
          ("POST", path, world.university.secret, bid.replacing("plan", with: word)),
          ("POST", path + "?\(word)=1", world.university.secret, bid), ("POST", path, "jb_pat_" + word, bid),
          ("POST", path, world.operator.secret, bid), ("POST", "/api/v1/\(word)", world.university.secret, bid),
          ("POST", "/api/v1/sessions", "", #"{"login":"\#(login)","password":"\#(password)"}"#),
          ("POST", "/api/v1/sessions", "", #"{"login":"\#(login)","password":"wrong \#(word)"}"#),
          ("POST", "/api/v1/sessions", "", #"{"login":"\#(login)\#u{1}","password":"\#(word)"}"#),
          (
            "POST", "/api/v1/notices", world.university.secret,
            #"{"kind":"cash_award","title":"\#(phone)","region":"45"}"#
          ),
          ("PATCH", path, world.university.secret, bid),
        ] {
          answered.append(try await Self.send(method, base + path, secret, body).status)
        }
        #expect(answered.filter { $0 == 201 }.count == 2, "a bid and a sign-in: \(answered)")
        #expect(!answered.contains { $0 >= 500 }, "\(answered)")
        var said: [(String, String)] = []
        for place in ["/readyz", "/healthz", "/version", "/openapi.json", "/api/v1/ledger/export"] {
          said.append((place, try await Self.send("GET", base + place, "", nil).text))
        }
        for (name, party) in world.everybody {
          said.append((name, try await Self.send("GET", base + "/api/v1/events?limit=200", party.secret, nil).text))
        }
        running.send(signal: SIGINT)
        let end = try await running.ended()
        said += [("standard output", end.out), ("log", end.err)]
        for (place, text) in said {
          for needle in [word, phone, "712345.67", "71234567", password] {
            #expect(!text.contains(needle), "\(place) says \(needle)")
          }
        }
        #expect(said.allSatisfy { !$0.1.isEmpty || $0.0 == "log" || $0.0 == "standard output" })
      }
    }
  }

  private static func send(_ method: String, _ url: String, _ secret: String, _ body: String?) async throws -> (
    status: Int, text: String
  ) {
    var request = URLRequest(url: try #require(URL(string: url)))
    request.httpMethod = method
    if !secret.isEmpty { request.setValue("Bearer \(secret)", forHTTPHeaderField: "Authorization") }
    if let body {
      request.setValue("application/json", forHTTPHeaderField: "Content-Type")
      request.httpBody = Data(body.utf8)
    }
    let (data, response) = try await URLSession.shared.data(for: request)
    return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
  }
}
