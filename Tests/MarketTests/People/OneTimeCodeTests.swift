import Glibc
import TestSupport
import Testing

@testable import Market

@Suite struct OneTimeCodeTests {
  @Test(arguments: [
    (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
    (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
  ])
  func the_vectors_of_rfc_6238_come_out(seconds: Int64, code: String) {
    #expect(OneTimeCode.code(secret: Array("12345678901234567890".utf8), step: seconds / 30, digits: 8) == code)
  }

  @Test(arguments: [
    ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
    ("foobar", "MZXW6YTBOI"),
  ])
  func the_vectors_of_rfc_4648_come_out(plain: String, coded: String) {
    #expect(Base32.encode(Array(plain.utf8)) == coded)
    #expect(Base32.decode(coded) == Array(plain.utf8))
    #expect(Base32.decode(coded.lowercased()) == Array(plain.utf8))
  }

  @Test func a_code_is_good_in_its_own_step_and_the_ones_beside_it() {
    let secret = Array("12345678901234567890".utf8)
    for step: Int64 in 100...110 {
      let code = OneTimeCode.code(secret: secret, step: step)
      for near: Int64 in 97...113 {
        let found = OneTimeCode.step(of: code, secret: secret, seconds: near * 30 + 7)
        #expect(found == (abs(near - step) <= 1 ? step : nil), "\(step) at \(near)")
      }
      #expect(OneTimeCode.step(of: "\(code.prefix(3)) \(code.suffix(3))", secret: secret, seconds: step * 30) == step)
      #expect(OneTimeCode.step(of: "0" + code, secret: secret, seconds: step * 30) == nil)
    }
  }

  @Test func what_is_sealed_opens_under_its_own_key_and_for_its_own_place_alone() throws {
    let vault = Vault(key: Crypto.random(32)), secret = Crypto.random(20)
    let sealed = try vault.seal(secret, for: "per_1")
    #expect(try vault.open(sealed, for: "per_1") == secret)
    #expect(throws: CryptoError.self) { try vault.open(sealed, for: "per_2") }
    #expect(throws: CryptoError.self) { try Vault(key: Crypto.random(32)).open(sealed, for: "per_1") }
    for i in sealed.indices {
      var forged = sealed
      forged[i] ^= 1
      #expect(throws: CryptoError.self) { try vault.open(forged, for: "per_1") }
    }
    #expect(try vault.seal(secret, for: "per_1") != sealed)
  }

  @Test func the_key_of_an_installation_is_made_once_and_is_its_owner_s_alone() async throws {
    try await Folder.with { folder in
      let place = folder.path + "/keys"
      let sealed = try PlatformKeys(folder: place).vault().seal([1, 2, 3], for: "x")
      #expect(try PlatformKeys(folder: place).vault().open(sealed, for: "x") == [1, 2, 3])
      #expect(chmod(place + "/vault.key", 0o644) == 0)
      #expect(throws: KeyFile.Failure.self) { try PlatformKeys(folder: place).vault() }
    }
  }
}
