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
  public func revealContact(of id: ID<Demand>, _ input: Input) async throws -> DemandContact {
    let (demand, _) = try await lock(id)
    guard caller.role == .operator || caller.acts(for: demand.organisation) else {
      throw Refusal.forbidden(needs: [Actor.poster.rawValue, Actor.operator.rawValue])
    }
    var payload = JSONWriter()
    payload.object { json in input.write(DemandContact.inputs, into: &json) }
    _ = try await tx.execute(
      """
      INSERT INTO events (id, kind, object_id, action, from_state, to_state, version, actor_role, actor_org, actor_token, public,
        audience, payload)
      VALUES (\(ID<Event>()), \(Demand.kind), \(id), 'reveal_contact', \(demand.state.rawValue), \(demand.state.rawValue),
        \(demand.version), \(caller.roleName), \(caller.organisation), \(caller.token), false, \([demand.organisation]),
        \(JSONB(payload.bytes)))
      """)
    return DemandContact(name: demand.contactName, phone: demand.contactPhone)
  }
}
