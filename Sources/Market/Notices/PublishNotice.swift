import Postgres

extension Effect<Notice> {
  /// Numbers it, fixes its end, and pins what it says. The moment and the number are taken in one statement, which holds the
  /// year's counter until the commit: the numbers of a year have no gap and no double.
  static let publish = Effect(
    first: { notice, work in
      _ = try await work.tx.execute(
        """
        UPDATE notices n SET published_at = m.at, counted_from = m.at, year = m.year, sequence = next_notice_number(m.year)
        FROM (SELECT at, extract(year FROM at AT TIME ZONE 'Asia/Shanghai')::integer AS year
              FROM (SELECT market_now() AS at) now) m
        WHERE n.id = \(notice.id)
        """)
    },
    set: { notice, moment in
      let found = PersonalData.issues([
        ("/title", notice.title), ("/body", notice.body), ("/contact", notice.contact),
        ("/objection_channel", notice.objectionChannel), ("/persons", String(decoding: notice.persons, as: UTF8.self)),
      ])
      guard found.isEmpty else { throw Refusal.invalid(found) }
      let kind = try NoticeKind.named(notice.noticeKind), start = notice.publishedAt ?? moment.now
      let (period, rule) = try kind.period(
        notice.days, moment.rules, region: notice.region, on: start.dateInShanghai)
      let end = moment.rules.calendar.end(from: start, period)
      let salt = notice.namedPersons.isEmpty ? nil : Crypto.random(32).hex
      let content = String(
        decoding: try notice.statement(period: period, rule: rule, from: start, until: end, salt, moment.rules)
          .canonical,
        as: UTF8.self)
      return """
        ends_at = \(end), period_days = \(Int32(period.days)), period_unit = \(period.unit), rule = \(rule.key),
        legal_basis = \(rule.legalBasis), persons_salt = \(salt), content = \(content), hash = \(Notice.digest(of: content))
        """
    },
    then: { notice, _, work in
      guard let older = notice.supersedes else { return }
      let (old, now) = try await work.asSystem.lock(older)
      guard [.running, .paused].contains(old.state) else { return }
      let why = "由 \(notice.number ?? notice.id.text) 替代"
      try await work.asSystem.move(old, now, .revoke, .object(["reason": .string(why)]))
    })
}

extension Notice {
  /// What a hash in a notice is made of, and how it is spelled.
  public static func digest(of content: String) -> String {
    "sha256:" + HashAlgorithm.sha256.hash(Array(content.utf8)).hex
  }

  fileprivate func statement(
    period: Period, rule: Rulebook.Rule, from start: Instant, until end: Instant, _ salt: String?,
    _ rules: Rulebook
  ) throws -> JSONValue {
    var members: [String: JSONValue] = [
      "kind": .string(noticeKind), "kind_name": .string(kindTitle.zh), "title": .string(title), "body": .string(body),
      "organisation": .object(["id": .string(organisation.text), "name": .string(organisationName)]),
      "region": .string(region), "details": JSONValue.parse(details) ?? .object([:]),
      "period": .object(["days": .number(Double(period.days)), "unit": .string(period.unit)]),
      "published_at": .string(start.text), "ends_at": .string(end.text), "rule": .string(rule.key),
      "legal_basis": .string(rule.legalBasis), "rulebook": .number(Double(rulebook)), "contact": .string(contact),
      "objection_channel": .string(objectionChannel),
      "objection_handling": .string(try Objection.handling(rules, region: region, on: start.dateInShanghai)),
    ]
    if let salt {
      members["persons"] = .array(
        namedPersons.enumerated().map { .string(NoticePerson.digest(of: $1, at: $0, salt: salt)) })
    }
    if let number { members["number"] = .string(number) }
    if let subject { members["subject"] = .string(subject) }
    if let supersedes { members["supersedes"] = .string(supersedes.text) }
    return .object(members)
  }
}
