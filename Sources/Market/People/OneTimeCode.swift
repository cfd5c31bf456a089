import COpenSSL

/// TOTP (RFC 6238) with the parameters that every authenticator has: SHA-1, six digits, thirty seconds.
public enum OneTimeCode {
  static let period: Int64 = 30
  /// A code of the step before or after is good as well: clocks differ and fingers are slow.
  static let drift: Int64 = 1

  public static func code(secret: [UInt8], step: Int64, digits: Int = 6) -> String {
    let message = withUnsafeBytes(of: UInt64(bitPattern: step).bigEndian, Array.init)
    var tag = [UInt8](repeating: 0, count: 20)
    var length: UInt32 = 20
    let done = HMAC(EVP_sha1(), secret, Int32(secret.count), message, message.count, &tag, &length)
    precondition(done != nil, "libcrypto has no HMAC-SHA-1")
    let offset = Int(tag[19] & 15)
    let number = tag[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
    var modulus: UInt32 = 1
    for _ in 0..<digits { modulus *= 10 }
    let text = String(number % modulus)
    return String(repeating: "0", count: digits - text.count) + text
  }

  /// The step that a code belongs to; nil when it is none of now.
  static func step(of typed: String, secret: [UInt8], seconds: Int64) -> Int64? {
    let typed = typed.filter { $0 != " " }
    let now = seconds / period
    return (now - drift...now + drift).first {
      Crypto.equal(Array(code(secret: secret, step: $0).utf8), Array(typed.utf8))
    }
  }

  /// For the authenticator: what it reads from a picture or takes by hand.
  static func uri(secret: [UInt8], account: String) -> String {
    let name = account.utf8.map { byte -> String in
      switch byte {
      case 48...57, 65...90, 97...122, 45, 46, 95, 126: String(UnicodeScalar(byte))
      default: (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }.joined()
    return "otpauth://totp/Jiebang:\(name)?secret=\(Base32.encode(secret))&issuer=Jiebang&algorithm=SHA1&digits=6&period=30"
  }
}

/// RFC 4648 base 32 without padding, as authenticators read it.
public enum Base32 {
  private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

  public static func encode(_ bytes: [UInt8]) -> String {
    var out: [UInt8] = [], bits: UInt32 = 0, count = 0
    for byte in bytes {
      bits = bits << 8 | UInt32(byte)
      count += 8
      while count >= 5 {
        count -= 5
        out.append(letters[Int(bits >> UInt32(count) & 31)])
      }
    }
    if count > 0 { out.append(letters[Int(bits << UInt32(5 - count) & 31)]) }
    return String(decoding: out, as: UTF8.self)
  }

  public static func decode(_ text: String) -> [UInt8]? {
    var out: [UInt8] = [], bits: UInt32 = 0, count = 0
    for byte in text.uppercased().utf8 where byte != 61 {
      guard let value = letters.firstIndex(of: byte) else { return nil }
      bits = bits << 5 | UInt32(value)
      count += 5
      if count >= 8 {
        count -= 8
        out.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return out
  }
}
