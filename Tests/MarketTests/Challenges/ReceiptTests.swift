import Foundation
import Postgres
import TestSupport
import Testing

@testable import Market

/// A receipt is worth what others can check of it, with programs that are not ours.
@Suite struct ReceiptTests {
  @Test(arguments: CipherSuite.allCases)
  func a_receipt_is_verified_by_openssl_and_its_commitment_is_the_hash_of_what_is_stored(suite: CipherSuite)
    async throws
  {
    try await TestDatabase.with { database in
      let world = try await World(database, keys: PlatformKeys(folder: nil, suite: suite))
      let made = try await world.challenge(.published, hasClosed: false)
      let receipt = try await world.market.sealedBid(made.bid, for: world.university.caller).receipt
      let key = try await world.market.receiptKey(receipt.key)
      try await Folder.with { folder in
        // What was signed, put together here once more from the words of the documentation.
        let message = """
          {"bid":"\(receipt.bid)","challenge":"\(receipt.challenge)","commitment":"\(receipt.commitment.hex)",\
          "key":"\(receipt.key)","received_at":"\(receipt.receivedAt.text)","suite":"\(suite.rawValue)"}
          """
        try folder.write("message", message.utf8)
        try folder.write("signature", receipt.signature)
        try folder.write("key.pem", try key.publicKey.pem().utf8)
        let sm2 = ["-digest", "sm3", "-pkeyopt", "distid:1234567812345678"]
        let checked = try await Program("/usr/bin/openssl").run(
          [
            "pkeyutl", "-verify", "-pubin", "-inkey", folder.path + "/key.pem", "-rawin", "-in",
            folder.path + "/message",
            "-sigfile", folder.path + "/signature",
          ] + (suite == .sm ? sm2 : []))
        #expect(checked.status == 0, "\(checked.out)\(checked.err)")
      }
      let row = try await database.query("SELECT technical, financial FROM sealed_bids WHERE id = \(made.bid)").first
      let stored = try #require(row)
      let bytes = try stored.get(0, as: Bytea.self).bytes + stored.get(1, as: Bytea.self).bytes
      let hashed = try Python.run(
        """
        import sys, hashlib
        challenge, name = b"\(made.id)", "\(suite == .sm ? "sm3" : "sha256")"
        sys.stdout.write(hashlib.new(name, b"jiebang bid 1\\n" + challenge + b"\\n" + sys.stdin.buffer.read()).hexdigest())
        """, input: bytes)
      if let hashed { #expect(String(decoding: hashed, as: UTF8.self) == receipt.commitment.hex) }
    }
  }

  @Test func a_receipt_of_which_anything_was_changed_or_that_another_signed_is_none() async throws {
    try await World.with { world in
      let made = try await world.challenge(.published, hasClosed: false)
      let bid = try await world.market.sealedBid(made.bid, for: world.university.caller)
      var json = JSONWriter()
      SealedBid.fields.write(bid, into: &json)
      let whole = try #require(JSONValue.parse(json.bytes)?.members)
      let key = try await world.market.receiptKey(bid.receipt.key).publicKey
      #expect(try #require(Receipt(.object(whole))).isSigned(by: key))
      let other = try PrivateKey(.sm2)
      #expect(try !bid.receipt.isSigned(by: other.publicKey()))
      let forgeries: [String: String] = [
        "bid": ID<Bid>().text, "challenge": ID<Challenge>().text, "commitment": String(repeating: "0", count: 64),
        "received_at": "2020-01-01T00:00:00Z", "suite": "std", "key": String(repeating: "0", count: 32),
        "signature": Base64.encode(try other.sign([1])),
      ]
      for (name, value) in forgeries {
        var changed = whole
        changed[name] = .string(value)
        #expect(try !#require(Receipt(.object(changed))).isSigned(by: key), "\(name)")
      }
    }
  }

  @Test func an_envelope_is_bound_to_its_challenge_its_part_and_its_key() throws {
    for suite in CipherSuite.allCases {
      let key = try SealingPrivateKey(suite), other = try SealingPrivateKey(suite)
      let place = ID<Challenge>(), text = Array("示例".utf8)
      let sealed = try Envelope.financial.seal(text, to: key.publicKey, on: place)
      #expect(sealed.count == 1024)
      #expect(try Envelope.financial.open(sealed, with: key, on: place) == text)
      #expect(throws: CryptoError.self) { try Envelope.financial.open(sealed, with: key, on: ID()) }
      #expect(throws: CryptoError.self) { try Envelope.technical.open(sealed, with: key, on: place) }
      #expect(throws: CryptoError.self) { try Envelope.financial.open(sealed, with: other, on: place) }
      for position in [0, 1, 100, 159, 160, 200, 1023] {
        var changed = sealed
        changed[position] ^= 1
        #expect(throws: CryptoError.self, "byte \(position)") {
          try Envelope.financial.open(changed, with: key, on: place)
        }
      }
      let again = try SealingPrivateKey(pem: key.pem())
      #expect(again.publicKey == key.publicKey)
      #expect(try SealingPublicKey(pem: key.publicKey.pem) == key.publicKey)
    }
  }

  /// RFC 7748, section 6.1.
  @Test func x25519_agrees_as_the_standard_s_example_does() throws {
    let bob = try #require([UInt8](hex: "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"))
    let alice = try #require([UInt8](hex: "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"))
    #expect(try X25519.publicValue(of: bob).hex == "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
    #expect(
      try X25519.agree(bob, with: alice).hex == "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")
  }
}
