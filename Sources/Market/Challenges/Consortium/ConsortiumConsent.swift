import Postgres

/// A member's word that it is in: on which challenge, led by whom, for which share of the cost. The platform signs it, hands it out and
/// keeps nothing, so that nobody else learns of a consortium; and nobody is put into one, or out of the running, without knowing.
public struct ConsortiumConsent: Sendable {
  public let challenge: ID<Challenge>
  public let lead: ID<Organisation>
  public let member: ID<Organisation>
  public let percent: Int
  /// The id of the key that signed, and the signature.
  public let text: String

  public static let inputs: [InputField] = [
    InputField("lead", .reference(Organisation.idPrefix), Phrase("牵头单位", "who leads")),
    InputField("cost_percent", .integer(0...100), Phrase("本单位经费分担比例(%)", "one's own share of the cost, percent")),
  ]
  public static let fields: [Field<ConsortiumConsent>] = [
    .reference("challenge", \.challenge, .shown, "题目", "challenge"),
    .reference("lead", \.lead, .shown, "牵头单位", "lead"),
    .reference("member", \.member, .shown, "成员单位", "member"),
    .integer("cost_percent", \.percent, 0...100, .shown, "经费分担比例(%)", "share of the cost, percent"),
    .text("consent", \.text, max: 200, .shown, "同意书,交牵头单位填入揭榜书", "for the lead to put into the bid"),
  ]

  /// What is signed, as canonical JSON (RFC 8785).
  static func message(
    _ challenge: ID<Challenge>, lead: ID<Organisation>, member: ID<Organisation>, percent: Int, key: String
  ) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.string("challenge", challenge.text)
      json.int("cost_percent", percent)
      json.string("key", key)
      json.string("lead", lead.text)
      json.string("member", member.text)
      json.string("purpose", "consortium")
    }
    return json.bytes
  }
}

extension Market {
  /// Consents to be a member. Nothing is written down.
  public func consent(to input: Input, on id: ID<Challenge>, as caller: Caller) async throws -> ConsortiumConsent {
    let challenge = try await find(id, for: caller)
    guard let member = caller.organisation, caller.acts(for: member) else {
      throw Refusal.forbidden(needs: [Role.university.rawValue, Role.enterprise.rawValue])
    }
    guard member != challenge.organisation else { throw ConsortiumFault.poster.refusal }
    guard let lead: ID<Organisation> = input.id("lead"), lead != member else { throw ConsortiumFault.repeated.refusal }
    let percent = input.integer("cost_percent") ?? 0
    return try await work(as: caller) { work in
      let secrets = try await self.keyRing.secrets(work.tx)
      let key = try secrets.receipt.publicKey().id
      let message = ConsortiumConsent.message(id, lead: lead, member: member, percent: percent, key: key)
      let text = key + "." + Base64.encode(try secrets.receipt.sign(message))
      return ConsortiumConsent(challenge: id, lead: lead, member: member, percent: percent, text: text)
    }
  }
}

extension Work {
  /// Whether every member has consented to just this.
  func holdConsents(_ consortium: Consortium, on challenge: ID<Challenge>) async throws -> Bool {
    let keys = try await tx.query("SELECT id, public_key FROM platform_keys WHERE purpose = 'receipt'")
    for member in consortium.members {
      let parts = member.consent.split(separator: ".", maxSplits: 1)
      guard parts.count == 2, let signature = Base64.decode(String(parts[1])),
        let row = try keys.first(where: { try $0.get(0, as: String.self) == parts[0] })
      else { return false }
      let message = ConsortiumConsent.message(
        challenge, lead: consortium.lead, member: member.organisation, percent: member.percent, key: String(parts[0]))
      guard try PublicKey(der: row.get(1, as: Bytea.self).bytes).verify(signature, of: message) else { return false }
    }
    return true
  }
}
