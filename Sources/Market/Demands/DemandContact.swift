import Postgres

/// Whom to call about a demand, unmasked, for a purpose that is written down (个人信息保护法 § 6, § 55).
public struct DemandContact: Sendable {
  public let name: String
  public let phone: String

  public static let inputs: [InputField] = [InputField("purpose", .text(max: 300), Phrase("查看目的", "what it is for"))]
  public static let shown: [InputField] = [
    InputField("name", .text(max: 60), Phrase("联系人", "contact")),
    InputField("phone", .text(max: 30), Phrase("联系电话", "telephone")),
  ]

  public func write(into json: inout JSONWriter) {
    json.object { json in
      json.string("name", name)
      json.string("phone", phone)
    }
  }
}

extension Work {
  /// Shows the contact to its own side or to the platform's operator; who asked, when and why is in the log.
  /// - Throws: `forbidden` to everybody else; `tooMany` past the rulebook's number an hour.
  public func revealContact(of id: ID<Demand>, _ input: Input) async throws -> DemandContact {
    let (demand, _) = try await lock(id)
    guard caller.role == .operator || caller.acts(for: demand.organisation) else {
      throw Refusal.forbidden(needs: [Actor.poster.rawValue, Actor.operator.rawValue])
    }
    try await expectFewReveals()
    try await note(about: demand, Reveal.contact, audience: [demand.organisation]) {
      input.write(DemandContact.inputs, into: &$0)
    }
    return DemandContact(name: demand.contactName, phone: demand.contactPhone)
  }
}
