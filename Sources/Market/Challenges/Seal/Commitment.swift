/// What a receipt and the ledger say of a bid before and after it could be read: a hash that fits one bid alone.
public enum Commitment {
  /// Over both ciphertexts, as they lie in the database.
  public static func sealed(
    technical: [UInt8], financial: [UInt8], on challenge: ID<Challenge>, _ suite: CipherSuite
  ) -> [UInt8] {
    suite.hash.hash(Array("jiebang bid 1\n\(challenge)\n".utf8) + technical + financial)
  }

  /// Over what the bid says, which the platform has not seen: the two contents and 32 bytes of chance that the bidder keeps.
  public static func promised(
    technical: [UInt8], financial: [UInt8], nonce: [UInt8], on challenge: ID<Challenge>, _ suite: CipherSuite
  ) -> [UInt8] {
    let lengths = [technical, financial].flatMap { withUnsafeBytes(of: UInt32($0.count).bigEndian, Array.init) }
    return suite.hash.hash(Array("jiebang promise 1\n\(challenge)\n".utf8) + lengths + technical + financial + nonce)
  }
}
