import Postgres

/// What a bidder sends: the bid in the clear for the platform to seal, the two envelopes sealed already, or a promise of them.
enum BidOffer: Sendable {
  case clear(BidContent)
  case sealed(technical: [UInt8], financial: [UInt8])
  case promised(commitment: [UInt8])

  static let sealedInputs = [
    InputField(
      "technical", .text(max: 90000), required: false,
      Phrase("已加密的技术信封(Base64)", "the technical envelope, sealed already, in Base64")),
    InputField(
      "financial", .text(max: 2000), required: false,
      Phrase("已加密的报价信封(Base64)", "the financial envelope, sealed already, in Base64")),
  ]
  static let promiseInput = InputField(
    "commitment", .text(max: 64), required: false, Phrase("承诺值(十六进制)", "the promise, in hexadecimal"))
  static let inputs = BidContent.inputs.map { $0.optional() } + sealedInputs + [promiseInput]

  init(_ input: Input, by organisation: ID<Organisation>) throws(Refusal) {
    if let text = input.text("commitment") {
      guard let bytes = [UInt8](hex: text), bytes.count == HashAlgorithm.size else {
        throw .invalid([
          Issue(
            pointer: "/commitment", code: "bad_commitment", detail: Phrase("应为 64 位十六进制", "must be 64 hexadecimal digits"))
        ])
      }
      self = .promised(commitment: bytes)
    } else if input.text("technical") != nil || input.text("financial") != nil {
      let sealed = try Self.envelopes(input)
      self = .sealed(technical: sealed.technical, financial: sealed.financial)
    } else {
      // What the fields say that must be there, checked like any other body.
      let missing = BidContent.inputs.filter {
        $0.isRequired && (input[$0.name] == .null || input.text($0.name)?.trimmed.isEmpty == true)
      }
      guard missing.isEmpty else {
        throw .invalid(
          missing.map {
            Issue(
              pointer: "/\($0.name)", code: "required",
              detail: Phrase("必须填写\($0.doc.zh)", "\($0.name) is required"))
          })
      }
      self = .clear(BidContent(input, by: organisation))
    }
  }

  private static func envelopes(_ input: Input) throws(Refusal) -> (technical: [UInt8], financial: [UInt8]) {
    var bytes: [Envelope: [UInt8]] = [:], issues: [Issue] = []
    for envelope in Envelope.allCases {
      let decoded = input.text(envelope.rawValue).flatMap { Base64.decode($0) }
      if let decoded, decoded.count == envelope.size {
        bytes[envelope] = decoded
      } else {
        issues.append(
          Issue(
            pointer: "/\(envelope.rawValue)", code: "bad_envelope",
            detail: Phrase(
              "应为 \(envelope.size) 字节密文的 Base64(见 …/seal)", "must be Base64 of \(envelope.size) bytes, see …/seal")))
      }
    }
    guard let technical = bytes[.technical], let financial = bytes[.financial] else { throw .invalid(issues) }
    return (technical, financial)
  }

  /// The columns of a sealed bid.
  func columns(under seal: BidSeal) throws -> (technical: Bytea?, financial: Bytea?, commitment: Bytea) {
    switch (self, seal.kind) {
    case (.promised(let commitment), .commitReveal): return (nil, nil, Bytea(commitment))
    case (.promised, _):
      throw Refusal.conflict(
        code: "not_by_promise", detail: Phrase("本题目不采用承诺—揭示方式", "this challenge does not take promises"))
    case (_, .commitReveal):
      throw Refusal.conflict(
        code: "promise_only",
        detail: Phrase("本题目只收承诺值,内容在截止后揭示", "this challenge takes promises only; the bid is shown after the deadline"))
    case (.clear(let content), _):
      let sealed = try content.sealed(under: seal.keys, on: seal.challenge)
      return try BidOffer.sealed(technical: sealed.technical, financial: sealed.financial).columns(under: seal)
    case (.sealed(let technical, let financial), _):
      let commitment = Commitment.sealed(
        technical: technical, financial: financial, on: seal.challenge, seal.suite)
      return (Bytea(technical), Bytea(financial), Bytea(commitment))
    }
  }
}
