import Testing

@testable import Market

/// Numbers that the standards themselves print.
@Suite struct VectorTests {
  @Test(arguments: [
    (HashAlgorithm.sm3, "abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    (
      .sm3, String(repeating: "abcd", count: 16),
      "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    ),
    (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (.sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
  ])
  func hashes_are_those_of_GB_T_32905_and_FIPS_180(algorithm: HashAlgorithm, text: String, digest: String) {
    #expect(algorithm.hash(Array(text.utf8)).hex == digest)
  }

  @Test func hmac_is_that_of_RFC_4231_and_hkdf_that_of_RFC_5869() throws {
    #expect(
      HashAlgorithm.sha256.hmac(key: Array("Jefe".utf8), Array("what do ya want for nothing?".utf8)).hex
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    let key = HashAlgorithm.sha256.hkdf(
      secret: [UInt8](repeating: 0x0B, count: 22), salt: Array(0...12), info: Array(0xF0...0xF9), count: 42)
    #expect(
      key.hex == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")
  }

  @Test func counter_mode_of_sm4_is_the_block_of_GB_T_32907() throws {
    let block = try #require([UInt8](hex: "0123456789abcdeffedcba9876543210"))
    let stream = try Cipher.sm4CTR(key: block, counter: block, [UInt8](repeating: 0, count: 16))
    #expect(stream.hex == "681edf34d206965e86b3e94f536e4246")
  }

  @Test func aes_gcm_is_that_of_the_NIST_validation_set() throws {
    let zero = [UInt8](repeating: 0, count: 32), nonce = [UInt8](repeating: 0, count: 12)
    let sealed = try Cipher.aes256GCMSeal(Array(zero.prefix(16)), key: zero, nonce: nonce, with: [])
    #expect(sealed.hex == "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919")
    #expect(try Cipher.aes256GCMOpen(sealed, key: zero, nonce: nonce, with: []) == Array(zero.prefix(16)))
  }

  @Test(arguments: [
    (
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    ),
    (
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    ),
  ])
  func ed25519_is_that_of_RFC_8032(secret: String, known: String, message: String, signature: String) throws {
    let key = try PrivateKey(pem: Self.pem("PRIVATE KEY", "302e020100300506032b657004220420" + secret))
    let message = try #require([UInt8](hex: message))
    #expect(try key.publicKey().der.suffix(32).hex == known)
    #expect(try key.sign(message).hex == signature)
    #expect(try key.publicKey().verify(try key.sign(message), of: message))
  }

  // The key of the appendix of GB/T 32918.5.
  private static let secret = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"
  private static let point =
    "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"

  @Test func a_signature_of_GB_T_32918_verifies_and_one_bit_less_does_not() throws {
    let key = try PublicKey(
      pem: Self.pem("PUBLIC KEY", "3059301306072a8648ce3d020106082a811ccf5501822d034200" + Self.point))
    let signature = try #require(
      [UInt8](
        hex: "3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
          + "022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"))
    let message = Array("message digest".utf8)
    #expect(try key.verify(signature, of: message))
    for place in [8, 40, 70] {
      var changed = signature
      changed[place] ^= 1
      #expect(try !key.verify(changed, of: message), "byte \(place)")
    }
    #expect(try !key.verify(signature, of: message + [0]))
    #expect(try !key.verify([], of: message))
  }

  @Test func the_ciphertext_of_GB_T_32918_opens_in_the_order_C1_C3_C2() throws {
    let key = try PrivateKey(
      pem: Self.pem(
        "PRIVATE KEY",
        "308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420" + Self.secret + "a144034200"
          + Self.point))
    let sealed =
      "022004ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73"
      + "022100e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0"
      + "042059983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766"
      + "041321886ca989ca9c7d58087307ca93092d651efa"
    let bytes = try #require([UInt8](hex: "307c" + sealed))
    #expect(String(decoding: try key.decrypt(bytes), as: UTF8.self) == "encryption standard")
    #expect(throws: CryptoError.notAuthentic) { try key.decrypt(bytes.dropLast() + [0]) }
  }

  private static func pem(_ label: String, _ hex: String) -> String {
    "-----BEGIN \(label)-----\n\(Base64.encode([UInt8](hex: hex) ?? []))\n-----END \(label)-----\n"
  }
}
