import Postgres

extension Achievement {
  public static let workflow = Workflow<Achievement>(
    .on(.draft, .returned, do: .edit, by: .owner),
    .on(.draft, do: .submit, to: .submitted, by: .owner, if: [.describesItself]),
    .on(.submitted, do: .claim, to: .underReview, by: .operator),
    .on(.underReview, do: .return, to: .returned, by: .operator, needs: [.reason], then: .reason),
    .on(.returned, do: .resubmit, to: .submitted, by: .owner, if: [.describesItself]),
    .on(.underReview, do: .reject, to: .rejected, by: .operator, needs: [.reason], then: .reason),
    .on(.underReview, do: .approve, to: .approved, by: .operator),
    .on(
      .approved, do: .publish, to: .published, by: .owner, .operator,
      if: [Organisation.verified { $0.holderIsVerified }], then: .freshlyConfirmed),
    .on(.published, .expired, do: .confirm, to: .published, by: .owner, then: .freshlyConfirmed),
    .on(.published, do: .expire, to: .expired, by: .system, if: [.isPastExpiry]),
    .on(.published, do: .suspend, to: .suspended, by: .operator, .supervisor, needs: [.reason], then: .reason),
    .on(.suspended, do: .resume, to: .published, by: .operator, .supervisor, needs: [.reason], then: .freshlyConfirmed),
    .on(.published, .expired, do: .lock, to: .underDeal, by: .system),
    .on(.underDeal, do: .release, to: .published, by: .system, then: .freshlyConfirmed),
    .on(.underDeal, do: .complete, to: .transferred, by: .system),
    .on(
      .draft, .submitted, .returned, .approved, .published, .expired, .suspended, do: .withdraw, to: .withdrawn,
      by: .owner,
      needs: [.reason], then: .reason)
  )
}

extension Guard<Achievement> {
  /// A list row that says nothing finds nobody.
  static let describesItself = Guard(
    "incomplete", "需填写简介、技术领域和至少一个关键词", "a summary, a technology field and at least one keyword are needed"
  ) { achievement, _ in !achievement.summary.isEmpty && achievement.field != nil && !achievement.keywords.isEmpty }

  static let isPastExpiry = Guard("not_due", "尚未到期", "not expired yet") { achievement, moment in
    achievement.expiresAt.map { $0 <= moment.now } ?? false
  }
}

extension Effect<Achievement> {
  /// Good for as long as the rulebook says a statement of this kind stays fresh.
  static let freshlyConfirmed = Effect(set: { achievement, moment in
    let until = try moment.rules.end(of: .achievementFreshness, from: moment.now, region: achievement.region)
    return "confirmed_at = \(moment.now), expires_at = \(until)"
  })
}
