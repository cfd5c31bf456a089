import Foundation
import TestSupport
import Testing

@testable import Market

@Suite struct KeyTests {
  @Test(arguments: SignatureAlgorithm.allCases)
  func a_key_survives_its_text_form_and_signs_what_only_it_can_sign(algorithm: SignatureAlgorithm) throws {
    let key = try PrivateKey(algorithm), other = try PrivateKey(algorithm)
    let again = try PrivateKey(pem: key.pem()), open = try PublicKey(pem: key.publicKey().pem())
    let message = Array("公示〔2026〕12号".utf8), signature = try again.sign(message)
    let known = try key.publicKey(), stranger = try other.publicKey()
    #expect(again.algorithm == algorithm && open == known && open.id == known.id)
    #expect(try open.verify(signature, of: message))
    #expect(try !open.verify(signature, of: message + [0]))
    #expect(try !stranger.verify(signature, of: message))
    #expect(open.id.utf8.count == 32 && open.id != stranger.id)
  }

  @Test(arguments: SignatureAlgorithm.allCases)
  func the_openssl_command_takes_our_signatures_and_makes_ones_we_take(algorithm: SignatureAlgorithm) async throws {
    try await Folder.with { folder in
      let key = try PrivateKey(algorithm), message = Array("一条记录".utf8)
      let secret = try folder.write("secret.pem", Array(key.pem().utf8))
      let open = try folder.write("open.pem", Array(key.publicKey().pem().utf8))
      let text = try folder.write("text", message), ours = try folder.write("ours", try key.sign(message))
      let how = algorithm == .sm2 ? ["-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678"] : ["-rawin"]
      let openssl = Program("/usr/bin/openssl")
      let verified = try await openssl.run(
        ["pkeyutl", "-verify", "-pubin", "-inkey", open, "-in", text, "-sigfile", ours] + how)
      #expect(verified.status == 0 && verified.out.contains("Verified Successfully"), "\(verified)")
      let theirs = folder.path + "/theirs"
      let signed = try await openssl.run(
        ["pkeyutl", "-sign", "-inkey", secret, "-in", text, "-out", theirs] + how)
      #expect(signed.status == 0, "\(signed)")
      #expect(try key.publicKey().verify(try Share.read(theirs), of: message))
    }
  }

  @Test func the_openssl_command_opens_what_sm2_encrypts_and_agrees_on_hmac_with_sm3() async throws {
    try await Folder.with { folder in
      let key = try PrivateKey(.sm2), plain = Crypto.random(32)
      let secret = try folder.write("secret.pem", Array(key.pem().utf8))
      let sealed = try folder.write("sealed", try key.publicKey().encrypt(plain)), opened = folder.path + "/opened"
      let openssl = Program("/usr/bin/openssl")
      let outcome = try await openssl.run("pkeyutl", "-decrypt", "-inkey", secret, "-in", sealed, "-out", opened)
      #expect(outcome.status == 0, "\(outcome)")
      #expect(try Share.read(opened) == plain)
      let tag = try await openssl.run(
        "dgst", "-sm3", "-mac", "HMAC", "-macopt", "hexkey:" + plain.hex, try folder.write("text", Array("abc".utf8)))
      #expect(tag.out.contains(HashAlgorithm.sm3.hmac(key: plain, Array("abc".utf8)).hex), "\(tag)")
    }
  }

  @Test(arguments: CipherSuite.allCases)
  func what_a_suite_seals_opens_only_whole_with_its_key_and_its_context(suite: CipherSuite) throws {
    let key = Crypto.random(32), plain = Crypto.random(1000), context = Array("bid_1".utf8)
    let sealed = try suite.seal(plain, key: key, with: context)
    #expect(try suite.open(sealed, key: key, with: context) == plain)
    #expect(try suite.open(try suite.seal([], key: key), key: key) == [])
    #expect(try suite.seal(plain, key: key, with: context) != sealed, "a nonce of its own each time")
    for place in [0, 15, 20, sealed.count / 2, sealed.count - 1] {
      var changed = sealed
      changed[place] ^= 0x10
      #expect(throws: CryptoError.notAuthentic) { try suite.open(changed, key: key, with: context) }
    }
    #expect(throws: CryptoError.notAuthentic) { try suite.open(sealed, key: key) }
    #expect(throws: CryptoError.notAuthentic) { try suite.open(sealed, key: Crypto.random(32), with: context) }
    for length in [0, 11, 27, 47, sealed.count - 1] {
      #expect(throws: CryptoError.notAuthentic) {
        try suite.open(Array(sealed.prefix(length)), key: key, with: context)
      }
    }
  }

  @Test func a_key_of_another_kind_and_a_text_that_is_no_key_are_refused_by_name() throws {
    #expect(throws: CryptoError.self) { try PrivateKey(pem: "no key") }
    #expect(throws: CryptoError.self) { try PublicKey(der: [1, 2, 3]) }
    // An X25519 key is a good key that cannot sign.
    let stranger = Base64.encode([UInt8](hex: "302a300506032b656e032100" + String(repeating: "09", count: 32)) ?? [])
    #expect(throws: CryptoError.unsupported("a key that is neither SM2 nor ED25519")) {
      try PublicKey(pem: "-----BEGIN PUBLIC KEY-----\n\(stranger)\n-----END PUBLIC KEY-----\n")
    }
    #expect(throws: CryptoError.self) { try PrivateKey(.ed25519).publicKey().encrypt([1]) }
  }

  @Test func a_key_file_is_its_owner_s_alone_is_never_overwritten_and_is_not_read_once_others_can() async throws {
    try await Folder.with { folder in
      let path = folder.path + "/key.pem"
      #expect(try KeyFile.read(path) == nil)
      #expect(try KeyFile.create(path, "one"))
      #expect(try !KeyFile.create(path, "two"))
      #expect(try KeyFile.read(path) == "one")
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(mode == 0o600)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["key.pem"], "no draft is left")
      try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
      #expect(throws: KeyFile.Failure.self) { try KeyFile.read(path) }
      #expect(throws: KeyFile.Failure.self) { try KeyFile.create(folder.path + "/none/key.pem", "x") }
    }
  }

  @Test func base64_takes_what_it_gives_and_nothing_else() {
    for count in 0..<10 {
      let bytes = Crypto.random(count)
      #expect(Base64.encode(bytes) == Data(bytes).base64EncodedString())
      #expect(Base64.decode(Base64.encode(bytes)) == bytes && Base64URL.decode(Base64URL.encode(bytes)) == bytes)
      #expect([UInt8](hex: bytes.hex) == bytes && [UInt8](hex: bytes.hex.uppercased()) == bytes)
    }
    for text in ["A", "AAA", "AB==", "AA=A", "AA-_", "AAAA="] { #expect(Base64.decode(text) == nil, "\(text)") }
    for text in ["a", "0g", "+1", "é"] { #expect([UInt8](hex: text) == nil, "\(text)") }
  }
}
