/// What a release says, section by section. Amounts are JSON numbers, instants RFC 3339; nothing is said of a bid before the opening,
/// and of a losing bid never more than that it was there.
enum Sections {
  typealias Members = [String: JSONValue]

  static func tender(_ challenge: Challenge, _ parties: [OpenParty]) -> Members {
    let poster = parties.first { $0.organisation == challenge.organisation }
    var tender: Members = [
      "id": .string(challenge.id.text), "title": .string(challenge.title), "description": .string(challenge.summary),
      "status": .string("active"), "procurementMethod": .string(method(challenge.mode)),
      "procurementMethodDetails": .string(methodDetails(challenge.mode)),
      "mainProcurementCategory": .string("services"), "awardCriteria": .string("ratedCriteria"),
      "submissionMethod": .array([.string("electronicSubmission")]),
      "submissionMethodDetails": .string("截止前密封,截止后统一开启"), "tenderPeriod": period(challenge),
      "x_indicators": .array(challenge.indicators.map { .string($0) }), "x_origin": .string(challenge.origin),
    ]
    if !challenge.criterionLines.isEmpty {
      tender["awardCriteriaDetails"] = .string(challenge.criterionLines.joined(separator: ";"))
    }
    if let budget = challenge.budget { tender["value"] = value(budget) }
    if let field = challenge.field {
      let classification: JSONValue = .object(["scheme": .string("x_CN-TECHFIELD"), "id": .string(field)])
      tender["items"] = .array([
        .object([
          "id": .string("1"), "description": .string(challenge.title), "quantity": .number(1),
          "classification": classification,
        ])
      ])
    }
    var members: Members = ["tender": .object(tender)]
    if let poster {
      members["parties"] = .array([poster.party(["buyer", "funder"])])
      members["buyer"] = poster.reference
    }
    return members
  }

  static func postponement(_ challenge: Challenge, _ place: Release.Place) -> Members {
    amendment(challenge, place, rationale: "延期", of: "tenderPeriod.endDate")
  }

  /// New terms: everything that an amendment may change, as it is since.
  static func newTerms(_ challenge: Challenge, _ place: Release.Place) -> Members {
    var changed: Members = [
      "description": .string(challenge.summary), "x_indicators": .array(challenge.indicators.map { .string($0) }),
    ]
    if let budget = challenge.budget { changed["value"] = value(budget) }
    let parts = "description, x_indicators, value, tenderPeriod.endDate"
    return amendment(challenge, place, rationale: challenge.reason ?? "", of: parts, changed)
  }

  private static func amendment(
    _ challenge: Challenge, _ place: Release.Place, rationale: String, of parts: String, _ changed: Members = [:]
  ) -> Members {
    let amendment: JSONValue = .object([
      "id": .string("\(place.id)-amendment"), "date": .string(place.date.text), "rationale": .string(rationale),
      "description": .string(parts), "amendsReleaseID": .string(place.previousID), "releaseID": .string(place.id),
    ])
    let tender: Members = [
      "id": .string(challenge.id.text), "tenderPeriod": period(challenge), "amendments": .array([amendment]),
    ]
    return ["tender": .object(tender.merging(changed) { a, _ in a })]
  }

  static func opening(_ challenge: Challenge, _ bids: [OpenBid], _ place: Release.Place) -> Members {
    let bidders = bids.flatMap(\.parties).uniqueParties
    let count: JSONValue = .object([
      "id": .string("bids"), "measure": .string("bids"), "value": .number(Double(bids.count)),
      "date": .string(place.date.text),
    ])
    return [
      "parties": .array(bidders.map { $0.party(["tenderer"]) }),
      "tender": .object([
        "id": .string(challenge.id.text), "numberOfTenderers": .number(Double(bidders.count)),
        "tenderers": .array(bidders.map(\.reference)),
      ]),
      "bids": .object([
        "statistics": .array([count]),
        "details": .array(
          bids.map {
            .object([
              "id": .string($0.id.text), "date": .string($0.receivedAt.text), "status": .string("pending"),
              "tenderers": .array($0.parties.map(\.reference)),
            ])
          }),
      ]),
    ]
  }

  static func proposal(_ challenge: Challenge, _ bids: [OpenBid], _ place: Release.Place) -> Members {
    let proposed = challenge.proposedAwards.compactMap { award in
      bids.first { $0.id == award.bid }.map { (award, $0) }
    }
    return [
      // A later list of roles replaces an earlier one, so it says them all.
      "parties": .array(proposed.flatMap(\.1.parties).map { $0.party(["tenderer", "supplier"]) }),
      "tender": .object(["id": .string(challenge.id.text), "status": .string("complete")]),
      "bids": .object([
        "details": .array(
          bids.map {
            .object(["id": .string($0.id.text), "status": .string($0.isInvalid ? "disqualified" : "valid")])
          })
      ]),
      "awards": .array(
        proposed.enumerated().map { i, winner in
          .object([
            "id": .string(place.newAwardID(i)), "title": .string("拟中榜"), "status": .string("pending"),
            "date": .string(place.date.text), "value": value(winner.0.price),
            "suppliers": .array(winner.1.parties.map(\.reference)), "relatedBid": .string(winner.1.id.text),
          ])
        }),
    ]
  }

  static func status(_ challenge: Challenge, _ status: String) -> Members {
    ["tender": .object(["id": .string(challenge.id.text), "status": .string(status)])]
  }

  static func awards(_ status: String, _ place: Release.Place) -> Members {
    ["awards": .array(place.newestAwards.map { .object(["id": .string($0.id), "status": .string(status)]) })]
  }

  static func contract(_ deal: Deal, of bid: ID<Bid>?, _ place: Release.Place) -> Members {
    contract(
      deal.id, of: bid, place,
      [
        "title": .string(deal.title), "status": .string("active"), "value": value(deal.totalAmount),
        "dateSigned": .string(place.date.text),
      ])
  }

  static func registered(_ contract: Contract, of bid: ID<Bid>?, _ place: Release.Place) -> Members {
    let milestone: JSONValue = .object([
      "id": .string("registration"), "title": .string("技术合同认定登记"), "type": .string("approval"),
      "code": .string("contractRegistration"), "status": .string("met"), "dateMet": .string(place.date.text),
      "description": .string(contract.contractNo ?? ""),
    ])
    return Self.contract(
      contract.deal, of: bid, place,
      [
        "period": .object([
          "startDate": .string(contract.validFrom.start.text), "endDate": .string(contract.validTo.end.text),
        ]), "milestones": .array([milestone]),
      ])
  }

  /// The standard has one word for a contract that was fulfilled and one that was broken off: the state says which.
  static func ended(_ deal: Deal, of bid: ID<Bid>?, _ place: Release.Place) -> Members {
    contract(deal.id, of: bid, place, ["status": .string("terminated"), "x_endReason": .string(deal.state.rawValue)])
  }

  static func contract(
    _ deal: ID<Deal>, of bid: ID<Bid>?, _ place: Release.Place, _ more: Members
  ) -> Members {
    let award = bid.flatMap(place.award) ?? place.awards.last?.id
    let own: Members = ["id": .string(deal.text), "awardID": award.map { .string($0) } ?? .null]
    return ["contracts": .array([.object(own.merging(more) { $1 })])]
  }

  private static func period(_ challenge: Challenge) -> JSONValue {
    var members: Members = [:]
    if let start = challenge.publishedAt { members["startDate"] = .string(start.text) }
    if let end = challenge.closesAt { members["endDate"] = .string(end.text) }
    return .object(members)
  }

  static func value(_ money: Money) -> JSONValue {
    .object(["amount": .number(Double(money.fen) / 100), "currency": .string("CNY")])
  }

  private static func method(_ mode: String) -> String { mode == "directed_entrustment" ? "limited" : "open" }

  private static func methodDetails(_ mode: String) -> String {
    switch mode {
    case "open_challenge": "揭榜挂帅"
    case "open_competition": "公开竞争"
    case "directed_entrustment": "定向委托"
    default: "一般需求"
    }
  }
}
