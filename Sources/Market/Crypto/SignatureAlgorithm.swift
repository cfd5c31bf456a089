/// What a key pair signs with.
public enum SignatureAlgorithm: String, CaseIterable, Sendable {
  /// GB/T 32918 over SM3, with the customary id in Z; signatures are DER. Its keys encrypt as well.
  case sm2
  /// RFC 8032; signatures are 64 bytes.
  case ed25519

  /// The id of the signer that goes into Z where none is agreed on (GB/T 35276).
  public static let customaryID = "1234567812345678"

  /// libcrypto's name.
  var name: String {
    switch self {
    case .sm2: "SM2"
    case .ed25519: "ED25519"
    }
  }
}
