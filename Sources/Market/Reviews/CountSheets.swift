import Postgres

extension Effect<Panel> {
  static let countSheets = Effect(
    set: { _, _ in "closed_at = market_now()" }, then: { panel, moment, work in try await work.count(panel, moment) })
  static let recountSheets = Effect(then: { panel, moment, work in try await work.count(panel, moment) })
}

extension Work {
  /// The marks of every bid, from the sheets of those members who have judged them all.
  fileprivate func count(_ panel: Panel, _ moment: Moment) async throws {
    let criteria = try await read(panel.challenge).criterionList
    let large = Int(try moment.rules.rule(.panelLarge, region: panel.region, on: moment.now.dateInShanghai).value)
    // Their numbers in public, by chance: the order of the draw would tell who they are.
    _ = try await tx.execute(
      """
      UPDATE panel_candidates c SET number = u.number FROM (
        SELECT m.expert, row_number() OVER (ORDER BY gen_random_uuid()) AS number FROM panel_candidates m
        WHERE m.panel = \(panel.id) AND panel_complete(m.panel, m.expert)) u
      WHERE c.panel = \(panel.id) AND c.expert = u.expert AND c.number IS NULL
      """)
    for bid in try await JudgedBid.read(panel.id, in: tx) where bid.state != .invalid {
      let totals = bid.sheets.map { Marks.total($0.scores, criteria) }
      let indicator = criteria.firstIndex(where: \.decidesTies).map { place in
        Marks.text(Marks.mean(bid.sheets.map { $0.scores[place] * 100 }, large: large))
      }
      _ = try await tx.execute(
        """
        UPDATE panel_bids SET sheets = \(Int32(totals.count)), mean = \(Marks.text(Marks.mean(totals, large: large)))::text::numeric,
          indicator = \(indicator)::text::numeric, highest = \(Marks.text(totals.max() ?? 0))::text::numeric,
          lowest = \(Marks.text(totals.min() ?? 0))::text::numeric,
          deviation = \(Marks.text(Marks.deviation(totals)))::text::numeric
        WHERE panel = \(panel.id) AND bid = \(bid.bid)
        """)
    }
  }
}
