import Foundation
import Postgres
import TestSupport
import Testing

@testable import Market

/// Words that can be nowhere else are bid with, and looked for everywhere: in every table as its owner sees it, in a dump, in the
/// write-ahead log, in the server's log.
@Suite struct CanaryTests {
  @Test func what_a_bid_says_is_nowhere_before_the_opening_but_in_ciphertext() async throws {
    try await TestDatabase.named { database, conninfo in
      let world = try await World(database)
      let challenge = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let word = "canary" + Crypto.random(12).hex, fen = Int64.random(in: 1_000_000_000_000...8_000_000_000_000)
      let offer = Input([
        "price": .money(Money(fen: fen)), "plan": .text("方案 \(word)"), "team": .text("团队 \(word)"),
      ])
      let request = RepeatableRequest(key: "key \(word)", content: Array("body \(word)".utf8))
      let me = world.university.caller
      let bid = try await world.market.work(as: me) { try await $0.placeBid(on: challenge, offer, request: request) }
        .receipt.bid
      _ = try await world.market.work(as: me) { try await $0.replaceBid(bid, offer, version: 1) }
      // A request that fails leaves nothing either.
      _ = try await refusal {
        try await world.market.work(as: me) { try await $0.placeBid(on: challenge, offer) }
      }
      let needles =
        [word, "\(fen)", Money(fen: fen).yuan].map { Array($0.utf8) } + [
          // A number as it lies in a column of its own.
          withUnsafeBytes(of: fen.bigEndian, Array.init)
        ]
      func expectClean(_ haystack: [UInt8], _ place: String) {
        for needle in needles {
          #expect(!Self.contains(haystack, needle), "\(place): \(String(decoding: needle, as: UTF8.self))")
        }
      }
      for name in try await world.rowCounts().keys.sorted() {
        let text: String =
          try await database.query(SQL(unsafe: "SELECT coalesce(string_agg(t::text, ' '), '') FROM \(name) t"))
          .first?.get(0) ?? ""
        expectClean(Array(text.utf8), name)
        for needle in needles { #expect(!text.contains(needle.hex), "\(name) in hexadecimal") }
      }
      let dump = try await Program("/bin/sh", environment: ["CONNINFO": conninfo]).run(
        "-c", "PATH=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1):$PATH; exec pg_dump --column-inserts \"$CONNINFO\"")
      #expect(dump.status == 0 && dump.out.contains("sealed_bids"), "\(dump.err)")
      expectClean(Array(dump.out.utf8), "dump")
      // The canary does sing: the same search finds it where it is not sealed.
      #expect(Self.contains(Array("x\(word)y".utf8), needles[0]))
      let folder: String = try #require(try await database.query("SHOW data_directory").first).get(0)
      _ = try await database.execute("SELECT pg_switch_wal()")
      var read = 0
      for name in try FileManager.default.contentsOfDirectory(atPath: folder + "/pg_wal") where name.count == 24 {
        guard let segment = FileManager.default.contents(atPath: "\(folder)/pg_wal/\(name)") else { continue }
        expectClean(Array(segment), "WAL \(name)")
        read += 1
      }
      #expect(read > 0)
      let log = URL(fileURLWithPath: folder).deletingLastPathComponent().path + "/postgres.log"
      if let text = FileManager.default.contents(atPath: log) { expectClean(Array(text), "log") }
    }
  }

  private static func contains(_ haystack: [UInt8], _ needle: [UInt8]) -> Bool {
    Data(haystack).range(of: Data(needle)) != nil
  }
}
