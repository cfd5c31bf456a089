import Postgres
import TestSupport
import Testing

@testable import Market

/// An appeal that turns out right after its notice has closed.
@Suite struct LateAppealTests {
  /// An objection that was rejected, appealed against once its notice had closed, and upheld.
  private static func upheld(_ notice: ID<Notice>, _ world: World) async throws {
    let objection = try await world.objection(.filed, to: notice)
    let why = JSONValue.object(["reason": .string("示例理由")])
    try await world.move(objection, .reject, why, as: world.operator.caller)
    try await world.place("UPDATE notices SET ends_at = market_now() - interval '1 second' WHERE id = \(notice)")
    try await world.move(notice, .close, as: .system)
    try await world.move(objection, .appeal, why, as: world.rival.caller)
    try await world.move(
      objection, .conclude, .object(["outcome": .string("upheld"), "reason": .string("复核成立")]),
      as: world.supervisor.caller)
  }

  @Test func what_still_waits_goes_back_and_the_notice_certifies_nothing_any_more() async throws {
    try await World.with { world in
      let made = try await world.challenge(.awardNotice, notice: .running)
      let notice = try #require(try await world.market.find(made.id, for: .system).notice?.id)
      try await Self.upheld(notice, world)
      #expect(try await world.market.find(made.id, for: .anonymous).state == .evaluating)
      let revoked = try await world.market.find(notice, for: .anonymous)
      #expect(revoked.state == .revoked && revoked.closedAt == nil)
      guard case .notFound = try await refusal({ try await world.market.certificate(of: notice, for: .anonymous) })
      else {
        Testing.Issue.record("still certified")
        return
      }
      #expect(try await world.market.reconcileDue() == 0)
    }
  }

  @Test func an_award_without_a_contract_falls_and_the_evaluation_is_open_again() async throws {
    try await World.with { world in
      let project = try await world.project(.awarded)
      let challenge = try await world.market.find(project, for: .system).challenge
      let notice = try await world.notice(
        .running, kind: "award", before: (Challenge.kind, challenge.bits), parties: [world.enterprise.id])
      try await world.place("UPDATE challenges SET notice = \(notice) WHERE id = \(challenge)")
      try await Self.upheld(notice, world)
      #expect(try await world.market.find(project, for: .system).state == .forfeited)
      let after = try await world.market.find(challenge, for: .anonymous)
      #expect(after.state == .evaluating && after.standingAwards.isEmpty)
    }
  }

  @Test func a_negotiated_price_goes_back_to_where_prices_are_found() async throws {
    try await World.with { world in
      let deal = try await world.deal(.preSignNotice, notice: .running)
      let notice = try #require(try await world.market.find(deal, for: .system).notice?.id)
      try await Self.upheld(notice, world)
      #expect(try await world.market.find(deal, for: .system).state == .internalDecision)
    }
  }

  @Test func a_challenge_that_is_on_the_board_already_is_called_off_and_its_bids_stay_unread() async throws {
    try await World.with { world in
      let made = try await world.challenge(.published, hasClosed: false)
      let notice = try await world.notice(
        .running, kind: "board", before: (Challenge.kind, made.id.bits), parties: [world.enterprise.id])
      try await world.place("UPDATE challenges SET notice = \(notice) WHERE id = \(made.id)")
      try await Self.upheld(notice, world)
      #expect(try await world.market.find(made.id, for: .system).state == .cancelled)
      #expect(try await world.rowCounts()["sealed_bids"] == 0)
      #expect(try await world.rowCounts()["bids"] == 0)
    }
  }

  @Test func what_has_been_signed_since_stays_and_the_outcome_is_on_record() async throws {
    try await World.with { world in
      let deal = try await world.deal(.signed, notice: .running)
      let notice = try #require(try await world.market.find(deal, for: .system).notice?.id)
      try await Self.upheld(notice, world)
      #expect(try await world.market.find(deal, for: .system).state == .signed)
      #expect(try await world.market.find(notice, for: .anonymous).state == .revoked)
    }
  }
}
