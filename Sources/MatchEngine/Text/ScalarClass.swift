/// What a folded scalar is to the reader of terms.
enum ScalarClass: UInt8 {
  /// Ends everything: space, punctuation, symbols, emoji, controls.
  case other
  /// Part of a word: letters and digits of alphabetic scripts.
  case word
  /// `.`, `-`, `+` or `#`.
  case joiner
  /// Stands alone and in pairs: Han, kana, bopomofo, Hangul.
  case character
  /// A combining mark: goes on with a word, begins none.
  case mark
  /// Soft hyphen, zero-width characters, variation selectors: as if they were not there.
  case ignored

  @inline(__always) static func ascii(_ byte: UInt8) -> ScalarClass {
    switch byte {
    case 0x61...0x7A, 0x30...0x39, 0x41...0x5A: .word
    case 0x2E, 0x2D, 0x2B, 0x23: .joiner
    default: .other
    }
  }

  @inline(__always) static func lowercase(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
  }

  static func of(_ scalar: UInt32) -> ScalarClass {
    if scalar < 0x80 { return ascii(UInt8(scalar)) }
    switch scalar {
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0x20000...0x3FFFD, 0xF900...0xFAFF: return .character
    case 0x3005...0x3007, 0x3041...0x3096, 0x309D...0x309F, 0x30A1...0x30FA, 0x30FC...0x30FF: return .character
    case 0x3105...0x312F, 0x31A0...0x31BF, 0x31F0...0x31FF, 0xAC00...0xD7A3, 0x1100...0x11FF: return .character
    case 0xAD, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0x2066...0x2069, 0xFE00...0xFE0F, 0xFEFF:
      return .ignored
    case 0x2010...0x2029, 0x2030...0x205F, 0x3000...0x3004, 0x3008...0x3030, 0x30FB: return .other
    default: break
    }
    guard let scalar = Unicode.Scalar(scalar) else { return .other }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber:
      return .word
    case .nonspacingMark, .spacingMark, .enclosingMark: return .mark
    default: return .other
    }
  }
}
