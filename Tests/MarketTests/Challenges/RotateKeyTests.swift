import Postgres
import TestSupport
import Testing

@testable import Market

/// The platform's keys change, and what the old ones signed and sealed stays good.
@Suite struct RotateKeyTests {
  private static func withFolder(_ body: @Sendable (World, PlatformKeys) async throws -> Void) async throws {
    try await Folder.with { folder in
      try await TestDatabase.with { database in
        let keys = PlatformKeys(folder: folder.path + "/keys")
        try await body(try await World(database, keys: keys), keys)
      }
    }
  }

  @Test func a_receipt_of_the_old_key_is_verified_with_it_and_a_new_one_with_the_new_key() async throws {
    try await Self.withFolder { world, keys in
      let challenge = try await world.challenge(.published, hasClosed: false, withBid: false).id
      func bid(_ party: World.Party) async throws -> Receipt {
        try await world.market.work(as: party.caller) { try await $0.placeBid(on: challenge, World.offer) }.receipt
      }
      let old = try await bid(world.university)
      let id = try await world.market.rotate(.receipt)
      let new = try await bid(world.rival)
      #expect(new.key == id && old.key != id)
      for receipt in [old, new] {
        let key = try await world.market.receiptKey(receipt.key).publicKey
        #expect(try receipt.isSigned(by: key))
      }
      let oldKey = try await world.market.receiptKey(old.key).publicKey
      #expect(try !new.isSigned(by: oldKey))
      let told = try #require(try await world.history(as: .anonymous).last { $0.kind == "platform_key" })
      let said = JSONValue.parse(told.payload)
      #expect(said?["key"]?.string == id && said?["previous"]?.string == old.key && told.action == "rotate")
      #expect(told.object.hasPrefix("pky_"))
    }
  }

  @Test func what_was_sealed_for_the_old_opening_key_opens_after_two_rotations_on_another_server_too() async throws {
    try await Self.withFolder { world, keys in
      let made = try await world.challenge(.published, hasClosed: false, isPlain: true)
      _ = try await world.market.rotate(.opening)
      let newer = try await world.challenge(.published, hasClosed: false, isPlain: true)
      _ = try await world.market.rotate(.opening)
      try await world.advance(days: 60)
      let other = try await Market(
        world.market.database, keys: PlatformKeys(folder: keys.folder), scrypt: .cheap)
      _ = try await Clockwork(other).tick()
      for id in [made.id, newer.id] {
        let opened = try await world.market.find(id, for: .anonymous)
        #expect(opened.state == .closed && opened.bidsReceived == 1 && opened.pricesOpenedAt != nil)
      }
    }
  }

  @Test func keys_that_are_kept_nowhere_are_not_rotated() async throws {
    try await World.with { world in
      await #expect(throws: PlatformKeys.Failure.self) { try await world.market.rotate(.receipt) }
      let counts = try await world.rowCounts()
      #expect(counts["platform_keys"] == 0)
    }
  }
}
