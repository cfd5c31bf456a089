import Postgres

extension Challenge {
  public static let workflow = Workflow<Challenge>(
    .on(.draft, do: .edit, by: .poster),
    .on(
      .draft, do: .submit, to: .submitted, by: .poster,
      if: [.isByAVerifiedPoster, .describesItself, .isMeasurable, .racesWithinRules, .criteriaAddUp, .posterIsClean],
      then: .settleCriteria),
    .on(.submitted, do: .select, to: .inSelection, by: .operator),
    .on(.inSelection, do: .decline, to: .declined, by: .operator, needs: [.reason], then: .reason),
    .on(.inSelection, do: .choose, to: .selected, by: .supervisor),
    .on(
      .selected, do: .openNotice, to: .boardNotice, by: .operator, needs: [.noticeDays],
      if: [.goesOnTheBoard] + Guard.isEntrusted,
      then: .beginBoardNotice),
    // A plain need is advertised, not put on the board: no public money, no notice.
    .on(.selected, do: .publish, to: .published, by: .operator, if: [.isPlainDemand], then: .openForBids),
    .on(
      .boardNotice, do: .publish, to: .published, by: .operator, .system, if: Guard.noticeIsClean, then: .openForBids),
    .on(.boardNotice, do: .reopen, to: .selected, by: .operator, .system, needs: [.reason], then: .takeOffTheBoard),
    .on(
      .published, do: .extend, by: .poster, .operator, needs: [.closesOn], if: [.isOpen, .mayBeExtended, .isLater],
      then: .postpone),
    .on(
      .published, do: .amend, by: .poster, needs: Amendment.inputs, if: [.isOpen] + Guard.isAmendment, then: .amend),
    .on(.published, do: .close, to: .closed, by: .operator, .system, if: [.deadlineHasPassed], then: .closeBids),
    // Nobody competes for a plain need under rules: its poster may stop taking offers at any time.
    .on(.published, do: .close, to: .closed, by: .poster, if: [.mayStopEarly], then: .closeBids),
    // What is opened, and whether all of it could be, is there for everybody to hold against the receipts.
    .on(.closed, do: .open, by: .system, needs: [.commitments, .faults], if: [.isUnopened], then: .countBids),
    .on(.closed, do: .evaluate, to: .evaluating, by: .operator, if: [.isOpened, .hasBids]),
    .on(.closed, .evaluating, do: .openPrices, by: .system, if: [.hasSealedPrices], then: .showPrices),
    // Where no officer holds a share, the operator says when the review is over.
    .on(
      .evaluating, do: .openPrices, by: .operator, if: [.needsNoOfficers, .hasSealedPrices], then: .openPricesAlone),
    .on(
      .closed, .evaluating, do: .noAward, to: .noAward, by: .operator, needs: [.reason],
      if: [.isOpened, .hasNoProject],
      then: .leaveAll),
    .on(
      .evaluating, do: .propose, to: .awardNotice, by: .operator, needs: [.bids, .whyNotTheBest, .noticeDays],
      then: .proposeAward),
    .on(
      .awardNotice, do: .reopen, to: .evaluating, by: .operator, .system, needs: [.reason], then: .withdrawProposal),
    // Who stands before others in the ranking is passed over by two supervisors or not at all.
    .on(
      .awardNotice, do: .endorse, by: .supervisor, needs: [.endorsement], if: [.deviates], apartFrom: .propose,
      then: .endorse),
    .on(
      .awardNotice, do: .award, to: .awarded, by: .supervisor, if: Guard.noticeIsClean + [.isEndorsed],
      apartFrom: .propose, .endorse, then: .makeAward),
    // From here on the challenge goes as far as its projects have come.
    .on(.awarded, do: .sign, to: .contracted, by: .system, then: .letReservesGo),
    .on(.awarded, do: .passOver, to: .evaluating, by: .system, needs: [.reason], then: .reason),
    // Where nobody is left to take the place of one who was passed over, the others go on.
    .on(.evaluating, do: .proceed, to: .contracted, by: .operator, needs: [.reason], if: [.hasProject], then: .goOn),
    .on(.contracted, do: .start, to: .executing, by: .system),
    .on(.executing, do: .deliver, to: .acceptance, by: .system),
    .on(.acceptance, do: .complete, to: .completed, by: .system),
    .on(.acceptance, do: .conclude, to: .concludedWithDiligence, by: .system),
    .on(.acceptance, do: .fail, to: .failed, by: .system),
    .on(.contracted, .executing, .acceptance, do: .terminate, to: .terminated, by: .system),
    .on(.noAward, do: .reissue, by: .poster, if: [.notReissued, .mayBeReissued], then: .reissue),
    // An appeal against its notice has turned out right.
    .on(.published, do: .cancel, to: .cancelled, by: .system, needs: [.reason], then: .leaveAll),
    .on(
      .draft, .submitted, .inSelection, .selected, .boardNotice, .published, .closed, .evaluating, .awardNotice,
      do: .cancel,
      to: .cancelled, by: .poster, needs: [.reason], if: [.hasNoProject], then: .leaveAll)
  )
}

extension InputField {
  static let commitments = InputField(
    "commitments", .texts(maxItems: .max, max: 64), Phrase("收到的全部承诺值", "the commitments of all bids received"))
  static let faults = InputField(
    "faults", .texts(maxItems: .max, max: 200), required: false,
    Phrase("不能开启的及其原因", "those that cannot be opened, and why"))
  static let closesOn = InputField("closes_on", .date, Phrase("新的截止日期", "new deadline"))
  static let bids = InputField(
    "bids", .texts(maxItems: 9, max: 40), Phrase("拟中榜的揭榜书,按名次", "the bids to be awarded, by rank"))
  /// Longer than the rulebook's least time, in its unit.
  static let noticeDays = InputField("days", .integer(1...366), required: false, Phrase("公示天数", "days on notice"))
  static let whyNotTheBest = InputField(
    "reason", .text(max: 1000), required: false, Phrase("未按评分排序时的理由", "why, when it is not the best scored"))
}

extension Guard<Challenge> {
  static let isByAVerifiedPoster = Organisation.verified { (challenge: Challenge) in challenge.posterIsVerified }

  static let describesItself = Guard(
    "incomplete", "需填写简介、技术领域和至少一个关键词", "a summary, a technology field and at least one keyword are needed"
  ) { challenge, _ in !challenge.summary.isEmpty && challenge.field != nil && !challenge.keywords.isEmpty }

  static let isMeasurable = Guard(
    "not_measurable", "上榜题目须有至少一项可考核指标和预算", "a challenge for the board needs an indicator and a budget"
  ) { challenge, _ in challenge.mode == "plain_demand" || (!challenge.indicators.isEmpty && challenge.budget != nil) }

  static let racesWithinRules = Guard(
    "race_out_of_bounds", "赛马制并行揭榜方数超出规则允许的范围", "a race is run by fewer or more than the rule allows"
  ) { challenge, moment in
    guard challenge.racers > 1 else { return true }
    let day = moment.now.dateInShanghai
    guard let least = try? moment.rules.rule(.raceWinnersMinimum, region: challenge.region, on: day).value,
      let most = try? moment.rules.rule(.raceWinnersMaximum, region: challenge.region, on: day).value
    else { return false }
    return (least...max(least, most)).contains(Int64(challenge.racers))
  }

  static let goesOnTheBoard = Guard("plain_demand", "一般需求无需公示,可直接发布", "a plain demand is published without a notice") {
    challenge, _ in challenge.mode != "plain_demand"
  }
  static let isPlainDemand = Guard("notice_first", "须先公示再发榜", "a notice comes first") { challenge, _ in
    challenge.mode == "plain_demand"
  }

  static let mayStopEarly = Guard("on_the_board", "上榜题目须到截止时间才能截止", "a challenge on the board closes at its deadline") {
    challenge, _ in challenge.mode == "plain_demand"
  }

  static let deadlineHasPassed = Guard("not_due", "揭榜截止时间未到", "the deadline has not come") { challenge, moment in
    challenge.closesAt.map { $0 <= moment.now } ?? false
  }
  static let isOpen = Guard("closed", "揭榜已经截止", "the deadline has passed") { challenge, moment in
    challenge.closesAt.map { moment.now < $0 } ?? false
  }
  static let mayBeExtended = Guard("extended_before", "已达到允许延期的次数", "extended as often as the rules allow") {
    challenge, moment in
    let most = try? moment.rules.rule(.extensionsMaximum, region: challenge.region, on: moment.now.dateInShanghai).value
    return challenge.extensions < most ?? 0
  }
  static let isLater = Guard("not_later", "新的截止日期须晚于现在的截止时间", "the new deadline must be later", readsInput: true) {
    challenge, moment in
    guard let asked = moment.input.date("closes_on"), let now = challenge.closesAt else { return false }
    return asked.end > now
  }
  static let isUnopened = Guard("already_opened", "已经开启", "it has been opened") { challenge, _ in
    challenge.openedAt == nil
  }
  static let isOpened = Guard("not_opened", "揭榜书尚未开启", "the bids have not been opened") { challenge, _ in
    challenge.openedAt != nil
  }
  static let needsNoOfficers = Guard("officers_needed", "须由两名开启人开启报价", "two officers open the prices") {
    challenge, _ in challenge.sealing != .officers
  }
  static let hasSealedPrices = Guard("already_opened", "报价已经开启", "the prices have been opened") { challenge, _ in
    challenge.pricesOpenedAt == nil
  }
  static let hasBids = Guard(
    "no_bids", "有效揭榜书少于该组织方式所需的份数,可作流榜处理", "fewer bids than this mode needs: close it without award"
  ) { challenge, moment in
    guard let least = challenge.bidsNeeded(moment) else { return false }
    return (challenge.terms.validBids ?? 0) >= least
  }
}

extension Effect<Challenge> {
  static let beginBoardNotice = Effect(
    first: { challenge, work in try await work.expectOfficers(for: challenge) },
    then: { challenge, moment, work in
      try await work.putOnNotice(
        challenge, as: challenge.mode == "directed_entrustment" ? "entrustment" : "board",
        title: challenge.mode == "directed_entrustment"
          ? "关于“\(challenge.title)”拟定向委托的公示" : "关于“\(challenge.title)”拟列入榜单的公示", region: challenge.region,
        parties: [challenge.organisation], details: challenge.onNotice, days: moment.input.integer("days"))
    })

  static let takeOffTheBoard = Effect(
    set: { _, moment in "reason = \(moment.input.text("reason"))" },
    then: { challenge, moment, work in try await work.revokeNotice(of: challenge, moment.input.text("reason")) })

  /// Open until the date asked for, and never for less than the rulebook's least time; a plain need without a date for as long as
  /// a statement stays fresh.
  static let openForBids = Effect(
    first: { challenge, work in try await work.closeNotice(of: challenge) },
    set: { challenge, moment in
      let least = try moment.rules.end(of: .publicationMinimum, from: moment.now, region: challenge.region)
      let fallback =
        challenge.mode == "plain_demand"
        ? try moment.rules.end(of: .achievementFreshness, from: moment.now, region: challenge.region) : least
      let closesAt = max(least, challenge.closesOn?.end ?? fallback)
      return "published_at = \(moment.now), closes_at = \(closesAt)"
    },
    then: { challenge, _, work in try await work.sealBids(on: challenge) })

  /// Bids without officers are opened at once; promises get their time to be shown.
  static let closeBids = Effect(
    set: { challenge, moment in
      guard challenge.sealing == .commitReveal else { return nil }
      let hours = try moment.rules.rule(.revealWindow, region: challenge.region, on: moment.now.dateInShanghai).value
      return "reveals_until = market_now() + make_interval(hours => \(Int32(clamping: hours)))"
    },
    then: { challenge, _, work in
      guard challenge.sealing == .server else { return }
      try await work.openAlone(.technical, of: challenge)
      try await work.openAlone(.financial, of: challenge)
      try await work.asSystem.move(challenge.id, .openPrices, version: nil)
    })

  static let countBids = Effect(set: { challenge, _ in
    """
    bids_received = (SELECT count(*) FROM sealed_bids WHERE challenge = \(challenge.id)), opened_at = market_now()
    """
  })

  static let showPrices = Effect(set: { _, _ in "prices_opened_at = market_now()" })
  static let openPricesAlone = Effect(
    first: { challenge, work in try await work.expectReviews(of: challenge) },
    set: { _, _ in "prices_opened_at = market_now()" },
    then: { challenge, _, work in try await work.openAlone(.financial, of: challenge) })

  static let postpone = Effect(set: { _, moment in
    guard let date = moment.input.date("closes_on") else { return nil }
    return "closes_at = \(date.end), extensions = extensions + 1"
  })

  /// Nobody wins: the bids that are still in the running go home with the reason.
  static let leaveAll = Effect(
    set: { _, moment in "reason = \(moment.input.text("reason"))" },
    then: { challenge, moment, work in
      try await work.revokeNotice(of: challenge, moment.input.text("reason"))
      try await Challenge.settle(challenge.id, winners: [], work)
    })
}

extension Challenge {
  /// What a notice makes public of it.
  var onNotice: [String: JSONValue] {
    var details: [String: JSONValue] = [
      "challenge": .string(id.text), "title": .string(title), "summary": .string(summary), "mode": .string(mode),
      "criteria": .array(criterionLines.map { .string($0) }),
      "poster": .string(organisationName), "indicators": .array(indicators.map { .string($0) }),
    ]
    if let budget { details["budget"] = .string(budget.yuan) }
    let asked = terms.composition
    if let lead = asked.lead { details["consortium_lead"] = .string(lead) }
    if asked.needsMembers {
      details["consortium_universities"] = .number(Double(asked.universities))
      details["consortium_enterprises"] = .number(Double(asked.enterprises))
    }
    return details
  }
}
