import Postgres

extension Work {
  /// Offers another organisation to act in the caller's place.
  /// - Throws: `forbidden` unless the caller acts for its own organisation; `invalid` where the term is longer than the rulebook's
  ///   longest, or the object is none of those that the actions speak of.
  public func delegate(_ input: Input) async throws -> Delegation {
    guard let owner = caller.organisation, caller.acts(for: owner), caller.delegation == nil else {
      throw Refusal.forbidden(needs: [Role.university.rawValue, Role.enterprise.rawValue])
    }
    var own: [(StaticString, FieldValue)] = [("owner", .reference(owner.bits))]
    if let object = input.text("object") {
      guard let bits = Self.bits(object, of: input.texts("actions") ?? []) else {
        throw Refusal.invalid([
          Issue(
            pointer: "/object", code: "bad_id",
            detail: Phrase("应为所列事项那一类对象的标识", "must be the id of an object that the actions speak of"))
        ])
      }
      own.append(("object_id", .reference(bits)))
    }
    let today = try await market.today()
    let months = try market.rulebook.rule(.delegationMaximum, on: today).value
    let late = try await tx.query(
      "SELECT \(input.date("valid_to")) > \(input.date("valid_from") ?? today) + make_interval(months => \(Int32(months)))")
    guard try late.first?.get(0) != true else {
      throw Refusal.invalid([
        Issue(
          pointer: "/valid_to", code: "term_too_long",
          detail: Phrase("一次委托最长 \(months) 个月", "a delegation lasts \(months) months at most"))
      ])
    }
    let delegate = input.id("delegate", Organisation.self)
    return try await create(Delegation.self, input, own: own, audience: [owner, delegate].compactMap(\.self))
  }

  private static func bits(_ text: String, of actions: [String]) -> UInt128? {
    let parts = text.split(separator: "_", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    let kinds = Set(actions.compactMap { $0.split(separator: ".").first.map(String.init) })
    guard Objects.all.contains(where: { kinds.contains($0.kind) && $0.idPrefix == parts[0] }) else { return nil }
    return ULID.decode(parts[1].utf8)
  }
}

extension Transaction {
  /// Whether a delegation holds at this moment; held so until the end of the transaction.
  func holds(_ grant: Grant) async throws -> Bool {
    let rows = try await query("SELECT FROM delegations d WHERE d.id = \(grant.id) AND delegation_holds(d) FOR SHARE OF d")
    return !rows.isEmpty
  }
}

extension Market {
  /// What an organisation has been given to do by others, as far as it holds now.
  func grants(to delegate: ID<Organisation>) async throws -> [Grant] {
    let rows = try await database.query(
      "SELECT d.id, d.owner, d.actions, d.object_id FROM delegations d WHERE d.delegate = \(delegate) AND delegation_holds(d)")
    return try rows.map { row throws(DecodingFailure) in
      Grant(
        id: try row.get(0), owner: try row.get(1), delegate: delegate, actions: Set(try row.get(2, as: [String].self)),
        object: try row.get(3, as: ID<Anything>?.self)?.bits)
    }
  }
}
