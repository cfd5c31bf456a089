/// 统一社会信用代码, GB 32100-2015: eighteen characters with two check digits, one over the whole (mod 31) and one inside,
/// over the subject's own nine characters (GB 11714, mod 11). A value of this type has both right.
public struct CreditCode: Hashable, Sendable {
  public let text: String

  /// Why a text is no credit code.
  public enum Defect: Error, Equatable {
    /// Not eighteen characters of the code's alphabet in their places.
    case form
    /// The last character should be this one.
    case check(expected: Character)
    /// The check character of the organisation part (the seventeenth) should be this one.
    case organisationCheck(expected: Character)
  }

  public init(_ text: String) throws(Defect) {
    let characters = Array(text.utf8)
    guard characters.count == 18, characters[2..<8].allSatisfy({ (48...57).contains($0) }) else { throw .form }
    var values: [Int] = []
    for byte in characters {
      guard let value = Self.alphabet.firstIndex(of: byte) else { throw .form }
      values.append(value)
    }
    let inner = Self.organisationCheck(characters[8..<16])
    guard characters[16] == inner else { throw .organisationCheck(expected: Character(UnicodeScalar(inner))) }
    var sum = 0, weight = 1
    for value in values.dropLast() {
      sum += value * weight
      weight = weight * 3 % 31
    }
    let outer = Self.alphabet[(31 - sum % 31) % 31]
    guard characters[17] == outer else { throw .check(expected: Character(UnicodeScalar(outer))) }
    self.text = text
  }

  private static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)

  private static func organisationCheck(_ eight: ArraySlice<UInt8>) -> UInt8 {
    var sum = 0
    for (byte, weight) in zip(eight, [3, 7, 9, 10, 5, 8, 4, 2]) {
      sum += (byte <= 57 ? Int(byte) - 48 : Int(byte) - 55) * weight
    }
    let check = 11 - sum % 11
    return check == 10 ? 88 : check == 11 ? 48 : UInt8(48 + check)
  }
}
