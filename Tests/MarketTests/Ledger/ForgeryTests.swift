import Postgres
import TestSupport
import Testing

@testable import Market

/// Whoever changes a public file or a row of the database is found out, and what was changed is named.
@Suite struct ForgeryTests {
  struct Forgery: Sendable, CustomTestStringConvertible {
    let what: String
    /// What the fault must say.
    let named: String
    let change: @Sendable (inout LedgerFiles, MerkleTree) throws -> Void
    var testDescription: String { what }
  }

  static let forgeries: [Forgery] = [
    Forgery(what: "an event is changed", named: "event 9, ") { files, _ in
      let at = files.index(event: 9)
      let event = try #require(files.lines[at]["event"]).with("to", .string("awarded"))
      files.lines[at] = files.lines[at].with("event", event)
    },
    Forgery(what: "an event is changed and hashed anew", named: "among events 5 to 12 is one that head 4") {
      files, tree in
      let at = files.index(event: 9)
      let event = try #require(files.lines[at]["event"]).with("to", .string("awarded"))
      files.lines[at] = files.lines[at].with("event", event).with("hash", .string(tree.leaf(event.canonical).hex))
    },
    Forgery(what: "an event is dropped", named: "event 7 is missing") { files, _ in
      files.lines.remove(at: files.index(event: 7))
    },
    Forgery(what: "an event is dropped and the rest renumbered", named: "300 events") { files, _ in
      files.lines.remove(at: files.index(event: 299))
      files.lines[files.index(event: 300)] = files.lines[files.index(event: 300)].with("seq", .number(299))
    },
    Forgery(what: "two events change places", named: "event 10 is missing") { files, _ in
      files.lines.swapAt(files.index(event: 10), files.index(event: 11))
    },
    Forgery(what: "two events change places and numbers", named: "among events 5 to 12 is one that head 4") {
      files, _ in
      let a = files.index(event: 10), b = files.index(event: 11)
      files.lines.swapAt(a, b)
      files.lines[a] = files.lines[a].with("seq", .number(10))
      files.lines[b] = files.lines[b].with("seq", .number(11))
    },
    Forgery(what: "an event comes twice", named: "event 6 comes twice") { files, _ in
      files.lines.insert(files.lines[files.index(event: 6)], at: files.index(event: 6))
    },
    Forgery(what: "an event is slipped in", named: "head 5") { files, tree in
      let event = JSONValue.object(["id": .string("evt_x")])
      files.lines.insert(
        .object(["event": event, "hash": .string(tree.leaf(event.canonical).hex), "seq": .number(301)]),
        at: files.index(event: 300) + 1)
    },
    Forgery(what: "a head is changed", named: "head 3 is forged") { files, _ in
      let at = files.index(head: 3)
      files.lines[at] = files.lines[at].with(
        "head", try #require(files.lines[at]["head"]).with("at", .string("2020-01-01T00:00:00Z")))
    },
    Forgery(what: "a head is dropped", named: "head 3 is missing") { files, _ in
      files.lines.remove(at: files.index(head: 3))
    },
    Forgery(what: "two heads change places", named: "head 3 is missing") { files, _ in
      files.lines.swapAt(files.index(head: 3), files.index(head: 4))
    },
    Forgery(what: "a head comes twice", named: "head 4 comes twice") { files, _ in
      files.lines.insert(files.lines[files.index(head: 4)], at: files.index(head: 4))
    },
    Forgery(what: "a head is signed by a stranger", named: "head 5 is forged") { files, _ in
      let at = files.index(head: 5), head = try #require(files.lines[at]["head"])
      let algorithm: SignatureAlgorithm = head["suite"]?.string == "sm" ? .sm2 : .ed25519
      let signature = try PrivateKey(algorithm).sign(head.canonical)
      files.lines[at] = files.lines[at].with("signature", .string(Base64.encode(signature)))
    },
    Forgery(what: "the last head is dropped", named: "the last 288 events are under no head") { files, _ in
      files.lines.remove(at: files.index(head: 5))
    },
    Forgery(what: "the end is cut off", named: "before") { files, _ in
      files.lines.removeSubrange((files.index(head: 4) + 1)...)
    },
    Forgery(what: "the key is another one", named: "no trusted key vouches") { files, _ in
      let other = try PrivateKey(.ed25519).publicKey()
      let at = try #require(files.lines.firstIndex { $0["key"] != nil })
      let key = try #require(files.lines[at]["key"]).with("id", .string(other.id)).with("algorithm", .string("ed25519"))
      files.lines[at] = files.lines[at].with("key", key.with("public_key", .string(try other.pem())))
    },
    Forgery(what: "it is another ledger", named: "not the ledger") { files, _ in
      files.lines[0] = .object([
        "ledger": try #require(files.lines[0]["ledger"]).with("id", .string(String(repeating: "0", count: 32)))
      ])
    },
  ]

  @Test(arguments: CipherSuite.allCases)
  func both_verifiers_fail_on_every_forgery_of_a_file_and_name_it(suite: CipherSuite) async throws {
    try await LedgerFiles.world(suite) { world, keyring in
      try await LedgerTests.grow(world, keyring)
      let good = try await LedgerFiles(of: world.market.ledger)
      let kept = good.lines[good.index(head: 5)]
      #expect(good.fault(kept: kept) == nil)
      #expect(try await good.otherFault(kept: kept) == nil)
      for forgery in Self.forgeries {
        var files = good
        try forgery.change(&files, world.market.ledger.tree)
        #expect(files.lines != good.lines, "\(forgery.what)")
        let fault = files.fault(kept: kept)
        #expect(fault?.contains(forgery.named) == true, "\(forgery.what): \(fault ?? "unnoticed")")
        let other = try await files.otherFault(kept: kept)
        #expect(other?.contains("FAILED: ") == true, "\(forgery.what): \(other ?? "unnoticed")")
        // The order of the other's checks is its own; what is plain to see it names alike.
        let plain = ["missing", "twice", "forged", "vouches", "events 5 to 12", "event 9, "]
        if plain.contains(where: forgery.named.contains) {
          #expect(other?.contains(forgery.named) == true, "\(forgery.what): \(other ?? "unnoticed")")
        }
      }
    }
  }

  @Test(arguments: [
    ("UPDATE events SET payload = '{\"n\":77}' WHERE version = 9", "event 9, "),
    ("UPDATE events SET actor_org = gen_random_uuid() WHERE version = 2", "event 2, "),
    ("UPDATE events SET audience = ARRAY[gen_random_uuid()] WHERE version = 4", "event 4, "),
    ("UPDATE events SET public = NOT public WHERE version = 5", "event 5, "),
    ("UPDATE events SET at = at + interval '1 second' WHERE version = 6", "event 6, "),
    ("DELETE FROM events WHERE version = 7", "event 7 is missing"),
    ("DELETE FROM ledger_leaves WHERE seq = 8", "event 8 is missing"),
    ("DELETE FROM ledger_leaves WHERE seq = 8", "has no number"),
    ("UPDATE ledger_leaves SET hash = sha256('x') WHERE seq = 10", "event 10, "),
    ("UPDATE ledger_nodes SET hash = sha256('x')", "node 0 of level 8"),
    ("UPDATE ledger_heads SET root = sha256('x') WHERE number = 3", "head 3 is forged"),
    ("DELETE FROM ledger_heads WHERE number = 2", "head 2 is missing"),
    (
      "INSERT INTO events (id, kind, object_id, action, version, actor_role, public) VALUES (gen_random_uuid(), 'deal', gen_random_uuid(), 'sign', 1, 'system', true)",
      "has no number"
    ),
  ])
  func a_superuser_who_rewrites_a_row_is_found_out(statement: String, named: String) async throws {
    try await LedgerFiles.world(.std) { world, keyring in
      try await LedgerTests.grow(world, keyring)
      #expect(try await world.market.ledger.audit() == [])
      try await world.place(SQL(unsafe: statement))
      let faults = try await world.market.ledger.audit()
      #expect(faults.contains { $0.description.contains(named) }, "\(faults)")
    }
  }

  /// Even one who holds the key and signs a whole new history cannot make the heads that others have kept.
  @Test func a_history_signed_anew_is_refuted_by_any_head_kept_from_before() async throws {
    try await LedgerFiles.world(.std) { world, keyring in
      try await LedgerTests.grow(world, keyring)
      let kept = try #require(try await world.market.ledger.head())
      try await world.place(
        "UPDATE events SET payload = '{}' WHERE version = 9", "DELETE FROM ledger_heads", "DELETE FROM ledger_leaves",
        "DELETE FROM ledger_nodes", "INSERT INTO unsequenced_events SELECT position FROM events")
      try await world.market.ledger.sequence()
      let signer = try await keyring.signer(of: world.market.ledger)
      for _ in 0..<2 {
        try await world.market.ledger.seal(with: signer)
        _ = try await world.market.database.execute(SequenceTests.events(1, writer: 9, from: 1))
        try await world.market.ledger.sequence()
      }
      #expect(try await world.market.ledger.audit() == [])
      let files = try await LedgerFiles(of: world.market.ledger)
      #expect(files.fault() == nil)
      let keptJSON = try #require(JSONValue.parse(kept.bytes))
      #expect(files.fault(kept: keptJSON) != nil)
      #expect(try await files.otherFault(kept: keptJSON) != nil)
      let verifier = try LedgerVerifier(keys: files.keys)
      let proof = try #require(JSONValue.parse(try await world.market.ledger.consistency(from: kept.size, to: nil)))
      #expect(throws: LedgerFault.self) { try verifier.verify(consistency: proof, with: keptJSON) }
    }
  }
}
