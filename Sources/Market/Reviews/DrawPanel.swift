import Postgres

extension Effect<Panel> {
  /// Takes the seed from the ledger, and seats whom it falls on.
  static let drawSeats = Effect(
    first: { panel, work in
      _ = try await work.tx.execute(
        """
        UPDATE panels SET seed = encode(h.root, 'hex'), head = h.number
        FROM ledger_heads h WHERE panels.id = \(panel.id) AND h.number = panel_head(\(panel.id))
        """)
    },
    set: { _, moment in
      let value = (moment.input.text("outside_value") ?? "").trimmed
      return "outside_value = \(value.isEmpty ? nil : value), drawn_at = market_now()"
    },
    then: { panel, _, work in
      guard let seed = panel.seed else { return }
      let draw = work.draw(panel), pool = try await work.pool(of: panel.id)
      let order = draw.order(pool, seed: seed, outside: panel.outsideValue)
      let seats = Set(draw.seats(order.map(\.entrant)))
      let experts = order.compactMap { ID<Expert>($0.entrant.expert) }
      _ = try await work.tx.execute(
        """
        UPDATE panel_candidates c SET ticket = u.ticket, place = u.place::int, changed_at = market_now(),
          status = CASE WHEN u.seated THEN 'seated' ELSE 'waiting' END
        FROM unnest(\(experts), \(order.map(\.ticket)), \(order.map { seats.contains($0.entrant.expert) }))
          WITH ORDINALITY u (expert, ticket, seated, place)
        WHERE c.panel = \(panel.id) AND c.expert = u.expert
        """)
    })

  /// A member's bid is A, B, C …: by chance that is written nowhere else, because what is public names the bidders.
  static let labelBids = Effect(
    set: { _, _ in "begun_at = market_now()" },
    then: { panel, _, work in
      let bids = try await work.tx.query(
        "SELECT id FROM bids WHERE challenge = \(panel.challenge) AND status = 'opened' ORDER BY gen_random_uuid()"
      ).map { row throws(DecodingFailure) in try row.get(0, as: ID<Bid>.self) }
      _ = try await work.tx.execute(
        """
        INSERT INTO panel_bids (panel, bid, label)
        SELECT \(panel.id), u.bid, u.label FROM unnest(\(bids), \(bids.indices.map(Panel.label))) u (bid, label)
        """)
    })
}

extension Panel {
  /// A … Z, AA, AB …
  static func label(_ i: Int) -> String {
    let letter = String(UnicodeScalar(UInt8(65 + i % 26)))
    return i < 26 ? letter : label(i / 26 - 1) + letter
  }
}

extension Work {
  func draw(_ panel: Panel) -> PanelDraw {
    PanelDraw(
      market.ledger.name.suite.hash, panel: panel.id.text, size: panel.size, industrySeats: panel.industrySeats)
  }

  /// The frozen list.
  func pool(of panel: ID<Panel>) async throws -> [PanelDraw.Entrant] {
    try await tx.query(
      "SELECT expert, kind FROM panel_candidates WHERE panel = \(panel) AND status <> 'excluded' ORDER BY place, expert"
    ).map { row throws(DecodingFailure) in
      PanelDraw.Entrant(
        try row.get(0, as: ID<Expert>.self).text, isIndustry: Expert.industryKinds.contains(try row.get(1)))
    }
  }

  /// Whoever is next in the order moves up into a seat that fell vacant, if there is anybody left.
  func refill(_ panel: Panel) async throws {
    let fallen = try await tx.query(
      "SELECT expert FROM panel_candidates WHERE panel = \(panel.id) AND status IN ('declined', 'recused')"
    ).map { row throws(DecodingFailure) in try row.get(0, as: ID<Expert>.self).text }
    let seats = draw(panel).seats(try await pool(of: panel.id), without: Set(fallen)).compactMap { ID<Expert>($0) }
    let moved = try await tx.query(
      """
      UPDATE panel_candidates SET status = 'seated', changed_at = market_now()
      WHERE panel = \(panel.id) AND status = 'waiting' AND expert = ANY(\(seats)) RETURNING expert
      """
    ).map { row throws(DecodingFailure) in try row.get(0, as: ID<Expert>.self) }
    for expert in moved { try await tell(panel, "seat", expert) }
  }

  /// What becomes of a seat is public; the ground is not.
  func tell(_ panel: Panel, _ action: String, _ expert: ID<Expert>) async throws {
    try await note(
      Panel.kind, ID(bits: panel.id.bits), action, from: panel.state.rawValue, to: panel.state.rawValue,
      version: panel.version, isPublic: true
    ) { $0.string("expert", expert.text) }
  }
}
