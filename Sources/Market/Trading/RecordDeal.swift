import Postgres

extension Work {
  /// Records a deal. A party records its own; an operator records one that was made elsewhere. A deal out of a challenge is the
  /// award's: its two parties and no others.
  public func recordDeal(_ input: Input) async throws -> Deal {
    guard let organisation = caller.organisation, let role = caller.role,
      [.university, .enterprise, .operator].contains(role)
    else {
      throw Refusal.forbidden(needs: [Role.university, .enterprise, .operator].map(\.rawValue))
    }
    let seller: ID<Organisation>? = input.id("seller"), buyer: ID<Organisation>? = input.id("buyer")
    guard role == .operator || organisation == seller || organisation == buyer else {
      throw Refusal.forbidden(needs: [Actor.seller.rawValue, Actor.buyer.rawValue])
    }
    if let challenge: ID<Challenge> = input.id("challenge") {
      let rows = try await tx.query(
        """
        SELECT FROM challenges c JOIN awards a ON a.challenge = c.id LEFT JOIN projects p ON p.bid = a.bid
        WHERE c.id = \(challenge) AND a.awarded_at IS NOT NULL AND a.forfeited_at IS NULL
          AND a.organisation = \(seller) AND c.organisation = \(buyer) AND coalesce(p.status, c.status) = 'awarded'
        """)
      guard !rows.isEmpty else {
        throw Refusal.invalid([
          Issue(
            pointer: "/challenge", code: "no_award",
            detail: Phrase(
              "题目尚未中榜,或卖方、买方与中榜方、出题方不一致", "not awarded, or seller and buyer are not its solver and poster"))
        ])
      }
    }
    if let achievement: ID<Achievement> = input.id("achievement") {
      let rows = try await tx.query(
        "SELECT FROM achievements WHERE id = \(achievement) AND organisation = \(seller) AND status IN ('published', 'expired')"
      )
      guard !rows.isEmpty else {
        throw Refusal.invalid([
          Issue(
            pointer: "/achievement", code: "not_on_offer",
            detail: Phrase(
              "不是卖方在发布状态的成果", "not an achievement that the seller has on offer"))
        ])
      }
    }
    return try await create(
      Deal.self, input, own: [("created_by", .reference(organisation.bits))],
      audience: [seller, buyer].compactMap(\.self))
  }
}
