import Foundation
import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct LedgerTests {
  /// Five heads over 0, 3, 4, 12 and 300 events, every third of them for everybody.
  static func grow(_ world: World, _ keyring: LedgerKeyring) async throws {
    let ledger = world.market.ledger, signer = try await keyring.signer(of: ledger)
    try await ledger.seal(with: signer)
    var written = 0
    for size in [3, 4, 12, 300] {
      for number in written + 1...size where number <= 12 {
        _ = try await world.market.database.execute(
          SequenceTests.events(1, writer: 0, from: number, isPublic: number % 3 == 0))
      }
      if size > 12 {
        _ = try await world.market.database.execute(SequenceTests.events(size - 12, writer: 0, from: 13))
      }
      written = size
      try await ledger.sequence()
      try await ledger.seal(with: signer)
    }
  }

  @Test(arguments: CipherSuite.allCases)
  func an_export_and_every_proof_hold_for_two_verifiers_that_share_nothing(suite: CipherSuite) async throws {
    try await LedgerFiles.world(suite) { world, keyring in
      try await Self.grow(world, keyring)
      let ledger = world.market.ledger, files = try await LedgerFiles(of: ledger)
      #expect(files.lines.count == 307, "name, key, events, heads")
      #expect(files.fault() == nil)
      #expect(try await files.otherFault() == nil)
      let verifier = try LedgerVerifier(keys: files.keys)
      for event in try await world.history(as: .anonymous) {
        let proof = try #require(try await ledger.proof(of: event.id, as: .anonymous))
        let json = try #require(JSONValue.parse(proof))
        #expect(try Int64(verifier.verify(proof: json)) == event.cursor.seq)
        #expect(json["event"]?["id"]?.string == event.id.text)
        let changed = try #require(json["event"]).with("type", .string("bid.create"))
        #expect(throws: LedgerFault.self) { try verifier.verify(proof: json.with("event", changed)) }
        let moved = json.with("seq", .number(Double(event.cursor.seq % 300 + 1)))
        #expect(throws: LedgerFault.self) { try verifier.verify(proof: moved) }
      }
      let heads = files.lines.filter { $0["head"] != nil }
      for older in heads {
        let from = try #require(older["head"]?["size"]?.integer)
        for newer in heads {
          let to = try #require(newer["head"]?["size"]?.integer)
          guard to >= from else { continue }
          let proof = try #require(JSONValue.parse(try await ledger.consistency(from: from, to: to)))
          try verifier.verify(consistency: proof, with: older)
          for other in heads where other != older {
            #expect(throws: LedgerFault.self) { try verifier.verify(consistency: proof, with: other) }
          }
        }
        #expect(files.fault(kept: older) == nil)
      }
    }
  }

  @Test func what_is_not_public_is_a_hash_that_says_nothing() async throws {
    try await LedgerFiles.world(.sm) { world, keyring in
      let database = world.market.database
      // The same twice: that they are the same must not be seen either.
      for _ in 0..<2 {
        _ = try await database.execute(
          """
          INSERT INTO events (id, kind, object_id, action, version, actor_role, actor_org, public, sealed, audience, at)
          SELECT gen_random_uuid(), 'bid', '00000000-0000-0000-0000-00000000beef', 'create', 1, 'university',
            \(world.university.id), true, true, ARRAY[\(world.university.id)], '2026-01-01'
          """)
      }
      _ = try await database.execute(SequenceTests.events(1, writer: 5, from: 1))
      try await world.market.ledger.sequence()
      try await world.market.ledger.seal(with: try await keyring.signer(of: world.market.ledger))
      let files = try await LedgerFiles(of: world.market.ledger)
      let bids = files.lines.filter { $0["seq"] != nil && $0["event"] == nil }
      #expect(bids.count == 2)
      for bid in bids { #expect(bid.members?.keys.sorted() == ["hash", "seq"]) }
      #expect(bids.first?["hash"] != bids.last?["hash"])
      let text = files.lines.map { String(decoding: $0.canonical, as: UTF8.self) }.joined()
      #expect(!text.contains("bid") && !text.contains("university") && !text.contains(world.university.id.text))
      #expect(text.contains("achievement.w5"))
      // The bidder can prove it, nobody else so much as ask; who reads the database learns the hash and not the event.
      let event = try #require(try await world.history(as: world.university.caller).first)
      let verifier = try LedgerVerifier(keys: files.keys)
      let own = try #require(try await world.market.ledger.proof(of: event.id, as: world.university.caller))
      #expect(try verifier.verify(proof: try #require(JSONValue.parse(own))) == 1)
      #expect(try await world.market.ledger.proof(of: event.id, as: world.operator.caller) == nil)
      #expect(try await world.market.ledger.proof(of: event.id, as: .anonymous) == nil)
      let blind = try #require(try await world.market.ledger.proof(of: event.id, as: nil).map { JSONValue.parse($0) })
      #expect(blind?["event"] == .null)
    }
  }

  @Test func a_new_key_is_vouched_for_and_an_old_copy_of_the_keys_still_verifies() async throws {
    try await LedgerFiles.world(.sm) { world, keyring in
      let ledger = world.market.ledger, database = world.market.database
      try await ledger.seal(with: try await keyring.signer(of: ledger))
      let before = try await LedgerFiles(of: ledger)
      let next = try await keyring.rotate(ledger, to: .ed25519)
      #expect(try await keyring.signer(of: ledger).id == next.id)
      _ = try await database.execute(SequenceTests.events(1, writer: 0, from: 1))
      try await ledger.sequence()
      #expect(try await ledger.seal(with: try await keyring.signer(of: ledger))?.key == next.id)
      var after = try await LedgerFiles(of: ledger)
      #expect(after.lines.last?["head"]?["key"]?.string == next.id)
      #expect(after.fault() == nil)
      #expect(try await after.otherFault() == nil)
      after.keys = before.keys
      #expect(after.fault() == nil)
      #expect(try await after.otherFault() == nil)
      after.lines.removeAll { $0["key"]?["id"]?.string == next.id }
      #expect(after.fault()?.contains("is not trusted") == true)
      #expect(try await after.otherFault()?.contains("is not trusted") == true)
      // A folder that has the old key alone goes on signing with it: that is the overlap.
      try FileManager.default.removeItem(atPath: "\(keyring.folder)/ledger-\(next.id).pem")
      #expect(try await keyring.signer(of: ledger).id != next.id)
      await #expect(throws: LedgerKeyring.Failure.self) { try await keyring.rotate(ledger) }
      let elsewhere = LedgerKeyring(folder: keyring.folder + "-other")
      await #expect(throws: LedgerKeyring.Failure.self) { try await elsewhere.signer(of: ledger) }
    }
  }

  @Test func servers_that_start_and_sign_at_once_make_one_key_and_one_chain() async throws {
    try await LedgerFiles.world(.std) { world, keyring in
      let market = world.market
      let sealers = (0..<4).map { number in
        Sealer(market, keyring: LedgerKeyring(folder: "\(keyring.folder)-\(number % 2)"))
      }
      try FileManager.default.createDirectory(
        atPath: (keyring.folder as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for sealer in sealers {
          group.addTask {
            for round in 0..<6 {
              _ = try await market.database.execute(SequenceTests.events(3, writer: 0, from: round + 1))
              try await sealer.step()
              try await Task.sleep(for: .milliseconds(520))
            }
          }
        }
        try await group.waitForAll()
      }
      try await sealers[0].step()
      let files = try await LedgerFiles(of: market.ledger)
      #expect(files.keys["keys"]?.array?.count == 1)
      #expect(files.fault() == nil)
      #expect(files.lines.filter { $0["head"] != nil }.count > 2)
    }
  }
}
