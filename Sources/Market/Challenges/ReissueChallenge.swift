import Postgres

extension Effect<Challenge> {
  /// 流榜重发: the same problem as a new challenge, linked to the one that found nobody, for its poster to put forward again. The
  /// mode stays; so does the count of attempts.
  static let reissue = Effect(then: { challenge, _, work in
    let terms = challenge.terms
    var input = Input([
      "mode": .text(challenge.mode), "title": .text(challenge.title), "summary": .text(challenge.summary),
      "description": .text(challenge.description), "indicators": .texts(challenge.indicators),
      "keywords": .texts(challenge.keywords), "region": .text(challenge.region), "origin": .text(challenge.origin),
      "source": .text(challenge.source), "racers": .integer(Int64(challenge.racers)),
      "criteria": .json(challenge.criteria),
    ])
    input["field"] = challenge.field.map(FieldValue.text) ?? .null
    input["trl_wanted"] = challenge.trlWanted.map { .integer(Int64($0)) } ?? .null
    input["budget"] = challenge.budget.map(FieldValue.money) ?? .null
    input["solver"] = terms.solver.map { .reference($0.bits) } ?? .null
    input["entrustment_reason"] = terms.entrustmentReason.map(FieldValue.text) ?? .null
    input["consortium_lead"] = terms.composition.lead.map(FieldValue.text) ?? .null
    input["consortium_universities"] = .integer(Int64(terms.composition.universities))
    input["consortium_enterprises"] = .integer(Int64(terms.composition.enterprises))
    _ = try await work.create(
      Challenge.self, input,
      own: [
        ("organisation", .reference(challenge.organisation.bits)), ("reissue_of", .reference(challenge.id.bits)),
        ("attempt", .integer(Int64(terms.attempt + 1))),
      ])
  })
}
