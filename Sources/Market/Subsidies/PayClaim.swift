import Postgres

extension Effect<Claim> {
  /// What the public may hold against it: who, under which programme, for what, how much, and how it was found.
  static let beginSubsidyNotice = Effect(then: { claim, moment, work in
    var details: [String: JSONValue] = [
      "claim": .string(claim.id.text), "programme": .string(claim.programmeName), "title": .string(claim.title),
      "applicant": .string(claim.organisationName), "mode": .string(claim.mode),
      "amount": .string(claim.amount?.yuan ?? ""),
    ]
    if let sheet = claim.sheet.flatMap({ JSONValue.parse($0) }) { details["sheet"] = sheet }
    try await work.putOnNotice(
      claim, as: "subsidy", title: "关于“\(claim.title)”拟获补助的公示", region: claim.terms.region,
      parties: [claim.organisation], details: details, days: moment.input.integer("days"))
  })

  /// What did not stand is verified afresh.
  static let takeOffNotice = Effect(
    first: { claim, work in if claim.state == .approved { try await work.book(.release, for: claim) } },
    set: { claim, moment in
      let due = try moment.rules.end(of: .subsidyVerification, from: moment.now, region: claim.terms.region)
      return """
        reason = \(moment.input.text("reason")), verifiers = '{}', amount = NULL, sheet = NULL, due_at = \(due)
        """
    },
    then: { claim, moment, work in try await work.revokeNotice(of: claim, moment.input.text("reason")) })

  static let approve = Effect(
    first: { claim, work in try await work.closeNotice(of: claim) },
    set: { _, _ in "due_at = NULL" },
    then: { claim, _, work in try await work.book(.reserve, for: claim) })

  static let pay = Effect(
    set: { _, moment in
      "payment_reference = \(moment.input.text("payment_reference")), paid_on = \(moment.input.date("paid_on"))"
    },
    then: { claim, _, work in try await work.book(.pay, for: claim) })

  static let keepConclusion = Effect(set: { _, moment in "conclusion = \(moment.input.text("conclusion"))" })

  /// Fraud is put forward for a record by itself; whether there is to be one, a supervisor decides there.
  static let reclaim = Effect(
    set: { _, moment in
      "ground = \(moment.input.text("ground")), reason = \(moment.input.text("reason"))"
    },
    then: { claim, moment, work in
      guard moment.input.text("ground") == "fraud" else { return }
      try await work.asSystem.proposeIntegrityRecord(
        of: claim.organisation, ground: "fraud", facts: "补助申请 \(claim.id):\(moment.input.text("reason") ?? "")",
        project: claim.project)
    })

  static let recover = Effect(
    set: { _, moment in
      """
      recovery_reference = \(moment.input.text("recovery_reference")), recovered_on = \(moment.input.date("recovered_on"))
      """
    },
    then: { claim, _, work in try await work.book(.recover, for: claim) })

  /// What was reserved is free again.
  static let fallAway = Effect(
    first: { claim, work in if claim.state == .approved { try await work.book(.release, for: claim) } },
    set: { _, moment in "reason = \(moment.input.text("reason")), due_at = NULL" },
    then: { claim, moment, work in try await work.revokeNotice(of: claim, moment.input.text("reason")) })
}
