import Postgres

/// What a bid says, in its two parts.
public struct BidContent: Sendable {
  let organisation: ID<Organisation>
  let technical: Input
  let financial: Input

  /// What is sent to bid in the clear: the two envelopes' fields without the bidder, whom the token names.
  static let inputs: [InputField] = [.price, .plan, .team, .reliedOn, .members, .leadPercent, .ipTerms]

  public init(_ json: JSONValue, by organisation: ID<Organisation>) throws(Refusal) {
    self.init(try Input(json, Self.inputs), by: organisation)
    do throws(ConsortiumFault) { _ = try Consortium.read(technical, by: organisation) } catch { throw error.refusal }
  }

  init(_ input: Input, by organisation: ID<Organisation>) {
    self.organisation = organisation
    var input = input
    input["organisation"] = .reference(organisation.bits)
    (technical, financial) = (input, input)
  }

  /// An envelope's content as canonical JSON: names in order, nothing between them.
  public func bytes(_ envelope: Envelope) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      (envelope == .technical ? technical : financial).write(
        envelope.inputs.sorted { $0.name < $1.name }, into: &json)
    }
    return json.bytes
  }

  /// Both envelopes, sealed.
  public func sealed(under keys: [Envelope: SealingPublicKey], on challenge: ID<Challenge>) throws
    -> (technical: [UInt8], financial: [UInt8])
  {
    guard let technical = keys[.technical], let financial = keys[.financial] else { throw Refusal.notSealed }
    return (
      try Envelope.technical.seal(bytes(.technical), to: technical, on: challenge),
      try Envelope.financial.seal(bytes(.financial), to: financial, on: challenge)
    )
  }
}

extension Refusal {
  static let notSealed = Refusal.conflict(
    code: "challenge_closed", detail: Phrase("题目不在揭榜期内", "the challenge does not take bids now"))
}
