import Postgres

/// One version of the law as data: rules by region and date, and the work calendar. Read from the tables that
/// `RulebookLoader` fills; an object keeps the version under which it was made.
public struct Rulebook: Sendable {
  public struct Rule: Sendable, Hashable {
    public let key: String
    public let region: String
    public let value: Int64
    public let unit: String
    public let from: CivilDate
    public let to: CivilDate?
    public let legalBasis: String
    /// False until somebody has compared the number with the primary text.
    public let isVerified: Bool
  }

  public let version: Int
  public let calendar: WorkCalendar
  private let rules: [String: [Rule]]

  public init(version: Int, rules: [Rule], calendar: WorkCalendar) {
    self.version = version
    self.calendar = calendar
    self.rules = Dictionary(grouping: rules, by: \.key)
  }

  public var all: [Rule] { rules.values.flatMap(\.self).sorted { ($0.key, $0.region) < ($1.key, $1.region) } }

  /// The rule in force on a date for a region: the region's own, else its city's, its province's, the nation's.
  public func rule(_ key: RuleKey, region: String = "000000", on date: CivilDate) throws -> Rule {
    let inForce = rules[key.rawValue, default: []].filter { $0.from <= date && ($0.to.map { date < $0 } ?? true) }
    for candidate in [region, region.prefix(4) + "00", region.prefix(2) + "0000", "000000"] {
      if let rule = inForce.first(where: { $0.region == candidate }) { return rule }
    }
    throw MissingRule(key: key.rawValue, region: region, date: date)
  }

  /// A number of the platform's own that holds everywhere: the newest one.
  public func setting(_ key: RuleKey) throws -> Int64 {
    let everywhere = rules[key.rawValue, default: []].filter { $0.region == "000000" && $0.to == nil }
    guard let rule = everywhere.max(by: { $0.from < $1.from }) else {
      throw MissingRule(key: key.rawValue, region: "000000", date: CivilDate(days: 0))
    }
    return rule.value
  }

  /// A period in the rule's own unit: fifteen days and fifteen working days are not the same.
  public func period(_ key: RuleKey, region: String = "000000", on date: CivilDate) throws -> Period {
    let rule = try rule(key, region: region, on: date)
    switch rule.unit {
    case "working_days": return .workingDays(Int(rule.value))
    case "calendar_days": return .calendarDays(Int(rule.value))
    default: throw MissingRule(key: key.rawValue, region: region, date: date)
    }
  }

  /// When a notice that begins now is over.
  public func end(of key: RuleKey, from now: Instant, region: String = "000000") throws -> Instant {
    calendar.end(from: now, try period(key, region: region, on: now.dateInShanghai))
  }
}

/// The rules that code asks for. The test that loads `Rulebook/` asks for each.
public enum RuleKey: String, CaseIterable, Sendable {
  case boardNotice = "notice.board"
  case awardNotice = "notice.award"
  case negotiatedPriceNotice = "notice.negotiated_price"
  case cashAwardNotice = "notice.cash_award"
  case entrustmentNotice = "notice.entrustment"
  case subsidyNotice = "notice.subsidy"
  case exemptionNotice = "notice.exemption"
  case resultNotice = "notice.result"
  case rightGrantNotice = "notice.right_grant"
  case personalRetention = "notice.personal_retention"
  case objectionAcceptance = "objection.acceptance"
  case objectionDecision = "objection.decision"
  case objectionExtension = "objection.decision_extension"
  case objectionAppeal = "objection.appeal"
  case publicationMinimum = "challenge.publication_minimum"
  case extensionsMaximum = "challenge.extensions_maximum"
  case collectionMinimum = "challenge.collection_minimum"
  case amendmentMinimum = "challenge.amendment_minimum"
  case reissuesMaximum = "challenge.reissues_maximum"
  case invitationReply = "challenge.invitation_reply"
  case raceWinnersMinimum = "challenge.race_winners_minimum"
  case raceWinnersMaximum = "challenge.race_winners_maximum"
  case expertOpinionsMinimum = "challenge.expert_opinions_minimum"
  case validClaimsOpen = "challenge.valid_claims_open"
  case validClaimsDirected = "challenge.valid_claims_directed"
  case validClaimsCompetition = "challenge.valid_claims_competition"
  case validClaimsCompetitionReissued = "challenge.valid_claims_competition_reissued"
  case contractDeadline = "challenge.contract_deadline"
  case indicatorsMinimum = "challenge.indicators_minimum"
  case ownFundingMinimum = "challenge.own_funding_minimum"
  case screeningPanelMinimum = "screening.panel_minimum"
  case screeningIndustryDrive = "screening.weight_industry_drive"
  case screeningResearchBasis = "screening.weight_research_basis"
  case screeningTechnicalIndicators = "screening.weight_technical_indicators"
  case screeningFinancialIndicators = "screening.weight_financial_indicators"
  case subsidyRateMaximum = "subsidy.rate_maximum"
  case subsidyInputShareMaximum = "subsidy.input_share_maximum"
  case subsidyCap = "subsidy.cap"
  case subsidyVerifiers = "subsidy.verifiers_minimum"
  case subsidyVerification = "subsidy.verification"
  case consultationReply = "demand.consultation_reply"
  case panelMinimum = "review.panel_minimum"
  case panelLarge = "review.panel_large"
  case industryShareMinimum = "review.industry_share_minimum"
  case reviewQuorum = "review.quorum"
  case conflictLookback = "review.conflict_lookback"
  case reviewNames = "review.names_published"
  case reviewSolution = "review.weight_solution"
  case reviewIndicators = "review.weight_indicators"
  case reviewSchedule = "review.weight_schedule"
  case reviewBenefit = "review.weight_benefit"
  case textLikeness = "integrity.text_likeness"
  case roundPrice = "integrity.round_price"
  case ladderMinimum = "integrity.ladder_minimum"
  case losingPartner = "integrity.losing_partner"
  case revealWindow = "bid.reveal_window"
  case technicalMark = "bid.technical_mark_minimum"
  case firstPaymentMinimum = "payment.first_minimum"
  case firstPaymentMaximum = "payment.first_maximum"
  case milestoneIntervalMinimum = "milestone.interval_minimum"
  case milestoneIntervalMaximum = "milestone.interval_maximum"
  case rectificationMaximum = "milestone.rectification_maximum"
  case independentShareMinimum = "milestone.independent_share_minimum"
  case changeFreeze = "project.change_freeze"
  case acceptanceWindow = "acceptance.window_maximum"
  case acceptancePanelMinimum = "acceptance.panel_minimum"
  case acceptanceUsersMinimum = "acceptance.users_minimum"
  case lineRunMinimum = "acceptance.line_run_minimum"
  case integrityTermMaximum = "integrity.term_maximum"
  case achievementFreshness = "achievement.freshness"
  case registration = "contract.registration"
  case registrationLarge = "contract.registration_large"
  case largeThreshold = "contract.large_threshold"
  case sessionIdleMinutes = "identity.session_idle_minutes"
  case sessionAbsolute = "identity.session_absolute"
  case invitation = "identity.invitation"
  case passwordReset = "identity.password_reset"
  case setUp = "identity.setup"
  case freeFailuresAccount = "identity.free_failures_account"
  case freeFailuresAddress = "identity.free_failures_address"
  case longestWaitMinutes = "identity.longest_wait_minutes"
  case placeKnown = "identity.place_known"
  case revealsHourly = "identity.reveals_hourly"
  case delegationMaximum = "identity.delegation_maximum"
}

/// The rulebook has no such rule: an operator's data is incomplete, and nothing is decided on a guess.
public struct MissingRule: Error, CustomStringConvertible {
  public let key: String
  public let region: String
  public let date: CivilDate
  public var description: String { "the rulebook has no rule \(key) for region \(region) on \(date.text)" }
}

extension Rulebook {
  static func read(version: Int, from database: Database) async throws -> Rulebook {
    let rules = try await database.query(
      "SELECT key, region, value, unit, effective_from, effective_to, legal_basis, status FROM rules WHERE rulebook = \(version)"
    )
    let days = try await database.query("SELECT date, kind FROM holidays WHERE rulebook = \(version)")
    var off: Set<CivilDate> = [], work: Set<CivilDate> = []
    for row in days {
      if try row.get(1, as: String.self) == "off" { off.insert(try row.get(0)) } else { work.insert(try row.get(0)) }
    }
    return Rulebook(
      version: version,
      rules: try rules.map { row throws(DecodingFailure) in
        var c = row.columns
        return Rule(
          key: try c.next(), region: try c.next(), value: try c.next(), unit: try c.next(), from: try c.next(),
          to: try c.next(),
          legalBasis: try c.next(), isVerified: try c.next(String.self) == "verified")
      },
      calendar: WorkCalendar(off: off, work: work))
  }
}
