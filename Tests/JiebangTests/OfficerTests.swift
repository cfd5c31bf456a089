import Foundation
import Glibc
import Market
import Postgres
import TestSupport
import Testing

/// What officers and bidders do at the command line, from the key's making to the receipt's check.
@Suite struct OfficerTests {
  @Test func two_key_files_open_a_bid_that_its_bidder_sealed_alone_and_its_receipt_is_verified() async throws {
    try await Folder.with { folder in
      try await TestDatabase.named { database, conninfo in
        let home = folder.path + "/home"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        let world = try await World(database, keys: PlatformKeys(folder: home + "/keys"))
        for officer in world.officers { #expect(try await world.market.revoke(officer.key.id)) }
        let jiebang = try Program.jiebang(["JIEBANG_DATABASE_URL": conninfo, "JIEBANG_HOME": home, "LANG": "en_US"])
        func run(_ arguments: String...) async throws -> Program.Outcome { try await jiebang.run(arguments) }
        for (party, role, suite) in [(world.operator, "operator", "sm"), (world.supervisor, "supervisor", "std")] {
          let arguments = [
            "officer-key", "new", "--organisation", party.id.text, "--role", role, "--label", "示例", "--file",
            "\(folder.path)/\(role).pem", "--suite", suite,
          ]
          let made = try await jiebang.run(arguments)
          #expect(made.status == 0 && made.out.hasPrefix("ofk_"), "\(made.err)")
          var file = stat()
          #expect(stat("\(folder.path)/\(role).pem", &file) == 0 && file.st_mode & 0o777 == 0o600)
          #expect(try await jiebang.run(arguments).status == 5, "a key file is never written over")
        }
        #expect(try await run("officer-key", "list", "--json").out.split(separator: "\n").count == 4)

        try await TestServer.serve(world) { server in
          let challenge = try await world.challenge(.published, hasClosed: false, withBid: false).id
          let path = "/api/v1/challenges/\(challenge)"
          try folder.write("seal.json", try await server.get(path + "/seal").body)
          try folder.write("bid.json", #"{"price":{"amount":"700000.00","currency":"CNY"},"plan":"自行加密的方案"}"#.utf8)
          let sealed = try await jiebang.run(
            "bid", "seal", folder.path + "/bid.json", "--seal", folder.path + "/seal.json", "--organisation",
            world.university.id.text)
          #expect(sealed.status == 0, "\(sealed.err)")
          let placed = try await server.send("POST", path + "/bids", as: world.university, sealed.out)
          #expect(placed.status == 201, "\(String(decoding: placed.body, as: UTF8.self))")
          let receipt = try folder.write("receipt.json", placed.body)
          let keyID = try #require(placed.json["key"]?.string)
          let key = try folder.write("key.json", try await server.get("/api/v1/receipt-keys/\(keyID)").body)
          #expect(try await jiebang.run("bid", "verify-receipt", receipt, "--key", key).status == 0)

          func open(_ role: String, _ more: String...) async throws -> Program.Outcome {
            try await jiebang.run(["challenge", "open", challenge.text, "--key", "\(folder.path)/\(role).pem"] + more)
          }
          #expect(try await open("operator").status == 5, "too early")
          try await world.advance(days: 30)
          #expect(try await open("operator").out == "waiting\n")
          #expect(try await open("operator").status == 5, "one who comes twice is not two")
          #expect(try await open("supervisor").out == "opened\n")
          let opened = try await world.market.list(Bid.self, for: .system, filters: [:], page: PageRequest()).items
          #expect(opened.map(\.plan) == ["自行加密的方案"] && opened.map(\.price) == [nil])
          #expect(try await open("operator", "--prices").status == 5, "not reviewed, not even evaluated")

          let events = try folder.write("events.json", try await server.get("/api/v1/events?limit=1000").body)
          let counted = try await jiebang.run("bid", "verify-receipt", receipt, "--key", key, "--events", events)
          #expect(counted.status == 0 && counted.out.split(separator: "\n").count == 2, "\(counted.err)")
          var forged = String(decoding: placed.body, as: UTF8.self)
          forged.replace("\"commitment\":\"", with: "\"commitment\":\"00", maxReplacements: 1)
          let forgery = try folder.write("forged.json", forged.utf8)
          #expect(try await jiebang.run("bid", "verify-receipt", forgery, "--key", key).status == 7)
        }
        let shown = try await run("challenge", "list", "--status", "closed", "--json")
        let id = try #require(JSONValue.parse(shown.out.utf8)?["id"]?.string)
        #expect(try await run("challenge", "show", id).json != nil)
      }
    }
  }
}
