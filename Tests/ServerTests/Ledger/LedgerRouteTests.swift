import Foundation
import Market
import Postgres
import TestSupport
import Testing

@Suite struct LedgerRouteTests {
  @Test func what_anybody_downloads_proves_that_a_publication_is_in_the_ledger() async throws {
    try await Folder.with { folder in
      try await TestServer.with(folder: folder.path) { server in
        let w = server.world, id = try await w.achievement(.approved)
        try await w.move(id, .publish, as: w.university.caller)
        let event = try #require(
          try await server.get("/api/v1/events").json["items"]?.array?.first { $0["object"] == .string(id.text) })
        let name = try #require(event["id"]?.string)
        try await server.eventually("the publication is under a head") {
          try await server.get("/api/v1/ledger/proof?event=\(name)").status == 200
        }
        let keys = try await server.get("/api/v1/ledger/key"), export = try await server.get("/api/v1/ledger/export")
        #expect(export.status == 200 && export.headers["content-type"] == "application/jsonl")
        var verifier = try LedgerVerifier(keys: keys.json)
        for line in export.body.split(separator: 0x0A) { try verifier.read(Array(line)) }
        try verifier.finish()
        #expect(verifier.size > 0)
        let proof = try await server.get("/api/v1/ledger/proof?event=\(name)")
        #expect(try verifier.verify(proof: proof.json) <= verifier.size)
        // What the ledger says of it is what the feed says of it.
        #expect(proof.json["event"]?["object"] == .string(id.text) && proof.json["event"]?["data"] == event["data"])

        let before = try await server.get("/api/v1/ledger/head")
        let size = Int(try #require(before.json["head"]?["size"]?.number))
        try await w.move(id, .withdraw, .object(["reason": .string("示例理由")]), as: w.university.caller)
        try await server.eventually("the next head") {
          try await server.get("/api/v1/ledger/head").json["head"]?["size"]?.number ?? 0 > Double(size)
        }
        let grown = try await server.get("/api/v1/ledger/consistency?from=\(size)")
        try verifier.verify(consistency: grown.json, with: before.json)
      }
    }
  }

  @Test func an_event_that_the_caller_may_not_know_of_has_no_proof_and_no_line() async throws {
    try await Folder.with { folder in
      try await TestServer.with(folder: folder.path) { server in
        let w = server.world
        let made = try await server.send(
          "POST", "/api/v1/achievements", as: w.university, #"{"title":"示例草稿","region":"450300"}"#)
        #expect(made.status == 201)
        let feed = try await server.get("/api/v1/events", as: w.university).json["items"]?.array
        let event = try #require(feed?.first { $0["object"] == made.json["id"] }?["id"]?.string)
        try await server.eventually("the draft is under a head") {
          try await server.get("/api/v1/ledger/proof?event=\(event)", as: w.university).status == 200
        }
        let mine = try await server.get("/api/v1/ledger/proof?event=\(event)", as: w.university)
        #expect(mine.json["event"]?["type"]?.string == "achievement.create")
        let none = try await server.get("/api/v1/ledger/proof?event=evt_00000000000000000000000000")
        for party in [w.enterprise, w.rival, w.reviewer, nil] {
          let theirs = try await server.get("/api/v1/ledger/proof?event=\(event)", as: party)
          #expect(theirs.status == 400 && theirs.code == none.code && theirs.json["title"] == none.json["title"])
        }
        let export = String(decoding: try await server.get("/api/v1/ledger/export").body, as: UTF8.self)
        #expect(!export.contains("achievement.create") && !export.contains("示例草稿") && !export.contains(event))
      }
    }
  }

  @Test func what_no_head_holds_yet_is_asked_for_again_and_what_makes_no_sense_is_refused() async throws {
    try await TestServer.with { server in
      let id = try await server.world.achievement(.approved)
      try await server.world.move(id, .publish, as: server.world.university.caller)
      let event = try #require(try await server.get("/api/v1/events").json["items"]?.array?.first?["id"]?.string)
      // A server without a folder for its keys signs nothing.
      for path in ["head", "proof?event=\(event)", "consistency?from=0"] {
        let answer = try await server.get("/api/v1/ledger/\(path)")
        #expect(answer.status == 503 && answer.code == "not_sealed_yet" && answer.headers["retry-after"] == "1")
      }
      #expect(try await server.get("/api/v1/ledger/export").body.split(separator: 0x0A).count == 1)
    }
    try await Folder.with { folder in
      try await TestServer.with(folder: folder.path) { server in
        try await server.eventually("the empty head") {
          try await server.get("/api/v1/ledger/head").status == 200
        }
        for path in [
          "proof", "proof?event=x", "consistency", "consistency?from=-1", "consistency?from=1",
          "consistency?from=0&to=9",
          "consistency?from=x", "head?size=1",
        ] {
          #expect(try await server.get("/api/v1/ledger/\(path)").status == 400, "\(path)")
        }
        #expect(try await server.get("/api/v1/ledger/consistency?from=0").status == 200)
        #expect(try await server.send("HEAD", "/api/v1/ledger/export").body.isEmpty)
      }
    }
  }
}
