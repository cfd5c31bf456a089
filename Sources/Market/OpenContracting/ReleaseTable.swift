import Postgres

/// Which move is released, with which tag and which sections. A move that is not here is not the public's business under OCDS.
enum ReleaseTable {
  struct Line: Sendable {
    let kind: String
    let action: String
    let release: @Sendable (Work, ID<Anything>) async throws -> Release?

    static func on<O: MarketObject>(
      _: O.Type, _ actions: O.Action..., make: @escaping @Sendable (O, Work) async throws -> Release?
    ) -> [Line] {
      actions.map { action in
        Line(kind: O.kind, action: action.rawValue) { work, id in
          try await make(try await work.read(ID<O>(bits: id.bits)), work)
        }
      }
    }
  }

  static let lines: [Line] =
    Line.on(ChallengeBoard.self, .issue) { board, work in
      let (listed, parties) = (
        try await BoardEntry.read(board.id, work), try await OpenParty.read([board.organisation], work)
      )
      return Release(of: .board(board.id), tag: .planning) { _ in Sections.board(board, listed, parties) }
    }
    + Line.on(ChallengeBoard.self, .withdraw) { board, _ in
      Release(of: .board(board.id), tag: .planningUpdate) { _ in Sections.withdrawn(board) }
    }
    + Line.on(Challenge.self, .publish) { challenge, work in
      let parties = try await OpenParty.read([challenge.organisation], work)
      return Release(challenge: challenge.id, tag: .tender) { _ in Sections.tender(challenge, parties) }
    }
    + Line.on(Challenge.self, .extend) { challenge, _ in
      Release(challenge: challenge.id, tag: .tenderAmendment) { Sections.postponement(challenge, $0) }
    }
    + Line.on(Challenge.self, .amend) { challenge, _ in
      Release(challenge: challenge.id, tag: .tenderAmendment) { Sections.newTerms(challenge, $0) }
    }
    + Line.on(Challenge.self, .open) { challenge, work in
      let bids = try await OpenBid.read(challenge.id, work)
      return Release(challenge: challenge.id, tag: .tenderUpdate) { Sections.opening(challenge, bids, $0) }
    }
    + Line.on(Challenge.self, .noAward) { challenge, _ in
      Release(challenge: challenge.id, tag: .tenderUpdate) { _ in Sections.status(challenge, "unsuccessful") }
    }
    + Line.on(Challenge.self, .cancel) { challenge, _ in
      Release(challenge: challenge.id, tag: .tenderCancellation) { _ in Sections.status(challenge, "cancelled") }
    }
    + Line.on(Challenge.self, .propose) { challenge, work in
      let bids = try await OpenBid.read(challenge.id, work)
      return Release(challenge: challenge.id, tag: .award) { Sections.proposal(challenge, bids, $0) }
    }
    + Line.on(Challenge.self, .reopen) { challenge, _ in
      Release(challenge: challenge.id, tag: .awardCancellation) { Sections.awards("cancelled", $0) }
    }
    + Line.on(Challenge.self, .award) { challenge, _ in
      Release(challenge: challenge.id, tag: .awardUpdate) { Sections.awards("active", $0) }
    }
    + Line.on(Deal.self, .countersign) { deal, work in
      try await deal.fromAward(work) { challenge, bid in
        Release(challenge: challenge, tag: .contract) { Sections.contract(deal, of: bid, $0) }
      }
    }
    + Line.on(Deal.self, .complete, .terminate, .unregister) { deal, work in
      try await deal.fromAward(work) { challenge, bid in
        Release(challenge: challenge, tag: .contractTermination) { Sections.ended(deal, of: bid, $0) }
      }
    }
    + Line.on(Project.self, .start) { project, work in
      let milestones = try await OpenMilestone.read(of: project.id, work)
      return project.deal.map { deal in
        Release(challenge: project.challenge, tag: .implementation) {
          Sections.milestones(milestones, under: deal, of: project.bid, $0)
        }
      }
    }
    + Line.on(Milestone.self, .pass, .fail, .lapse, .waive) { milestone, _ in
      milestone.deal.map { deal in
        Release(challenge: milestone.challenge, tag: .implementationUpdate) {
          Sections.milestones([OpenMilestone(milestone)], under: deal, of: milestone.bid, $0)
        }
      }
    }
    + Line.on(Project.self, .complete, .conclude, .fail, .terminate, .eliminate) { project, _ in
      project.deal.map { deal in
        Release(challenge: project.challenge, tag: .implementationUpdate) {
          Sections.outcome(of: project, under: deal, $0)
        }
      }
    }
    + Line.on(Claim.self, .pay, .recover) { claim, work in
      try await OpenPayment.read(claim, work).map { payment in
        Release(challenge: payment.challenge, tag: .implementationUpdate) { Sections.payment(payment, $0) }
      }
    }
    + Line.on(Contract.self, .register) { contract, work in
      try await work.read(contract.deal).fromAward(work) { challenge, bid in
        Release(challenge: challenge, tag: .contractUpdate) { Sections.registered(contract, of: bid, $0) }
      }
    }

  private static let byMove = Dictionary(grouping: lines) { "\($0.kind).\($0.action)" }

  /// Releases a move that has just been made and remembered.
  static func follow<O: MarketObject>(_ object: O, _ action: O.Action, version: Int, _ work: Work) async throws {
    for line in byMove["\(O.kind).\(action.rawValue)"] ?? [] {
      try await line.release(work, ID(bits: object.id.bits))?.record(
        for: ID(bits: object.id.bits), version: version, work)
    }
  }
}

extension Deal {
  /// The release of a deal out of a challenge, which is that of one of its awards.
  fileprivate func fromAward(
    _ work: Work, make: (ID<Challenge>, ID<Bid>?) -> Release
  ) async throws -> Release? {
    guard let challenge else { return nil }
    let rows = try await work.tx.query(
      "SELECT bid FROM awards WHERE challenge = \(challenge) AND organisation = \(seller)")
    return make(challenge, try rows.first?.get(0))
  }
}
