/// What a promise stood for: the exact bytes that were hashed.
struct RevealedBid {
  let technical: [UInt8]
  let financial: [UInt8]
  let nonce: [UInt8]

  static let inputs = ["technical", "financial", "nonce"].map { name in
    InputField(name, .text(max: 90000), Phrase("\(name) 原文(Base64)", "the bytes of \(name) as they were hashed, in Base64"))
  }

  init(_ input: Input) throws(Refusal) {
    func bytes(_ name: String) throws(Refusal) -> [UInt8] {
      guard let bytes = input.text(name).flatMap({ Base64.decode($0) }) else {
        throw .invalid([Issue(pointer: "/\(name)", code: "bad_base64", detail: Phrase("应为 Base64", "must be Base64"))])
      }
      return bytes
    }
    (technical, financial, nonce) = (try bytes("technical"), try bytes("financial"), try bytes("nonce"))
    guard nonce.count == 32 else {
      throw .invalid([Issue(pointer: "/nonce", code: "bad_nonce", detail: Phrase("应为 32 字节", "must be 32 bytes"))])
    }
  }
}
