import Postgres
import TestSupport
import Testing

@testable import Market

/// The deadline is an instant of the database, and it bites once for everybody.
@Suite struct DeadlineTests {
  @Test func a_hundred_bidders_race_the_deadline_and_every_bid_that_was_taken_is_opened_and_counted() async throws {
    try await World.with { world in
      let challenge = try await world.challenge(.published, withBid: false).id
      let bidders = try await Self.bidders(100, world)
      _ = try await world.market.database.execute(
        "UPDATE challenges SET closes_at = market_now() + interval '400 ms' WHERE id = \(challenge)")
      let taken = Shared<Set<ID<Bid>>>([]), late = Shared(0)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for bidder in bidders {
          group.addTask {
            try await Task.sleep(for: .milliseconds(.random(in: 0...600)))
            if let bid = try await Self.bid(on: challenge, bidder, world) {
              taken.change { $0.insert(bid) }
            } else {
              late.change { $0 += 1 }
            }
          }
        }
        group.addTask {
          // The opener knocks all the while, from before the deadline.
          let clockwork = Clockwork(world.market)
          while try await world.market.find(challenge, for: .anonymous).state == .published {
            try await clockwork.tick()
          }
        }
        try await group.waitForAll()
      }
      let closed = try await world.market.find(challenge, for: .anonymous)
      #expect(taken.value.count + late.value == 100, "everybody has an answer")
      #expect(closed.state == .closed && closed.bidsReceived == taken.value.count)
      let rows = try await world.market.database.query(
        "SELECT id, status, received_at < \(try #require(closed.closesAt)) FROM bids WHERE challenge = \(challenge)")
      #expect(Set(try rows.map { try $0.get(0, as: ID<Bid>.self) }) == taken.value)
      #expect(try rows.allSatisfy { try $0.get(1, as: String.self) == "opened" && $0.get(2, as: Bool.self) })
    }
  }

  @Test func bids_that_are_withdrawn_while_the_challenge_closes_are_counted_or_withdrawn_and_never_both() async throws {
    try await World.with { world in
      let challenge = try await world.challenge(.published, withBid: false).id
      _ = try await world.market.database.execute(
        "UPDATE challenges SET closes_at = market_now() + interval '30 s' WHERE id = \(challenge)")
      let bidders = try await Self.bidders(24, world)
      var bids: [(Caller, ID<Bid>)] = []
      for bidder in bidders {
        bids.append(
          (bidder, try await world.market.work(as: bidder) { try await $0.placeBid(on: challenge, SealTests.offer) }.id)
        )
      }
      _ = try await world.market.database.execute(
        "UPDATE challenges SET closes_at = market_now() + interval '150 ms' WHERE id = \(challenge)")
      let withdrawn = Shared<Set<ID<Bid>>>([])
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (bidder, bid) in bids {
          group.addTask {
            try await Task.sleep(for: .milliseconds(.random(in: 50...220)))
            do {
              if bidder.organisation!.bits % 2 == 0 {
                try await world.move(bid, .withdraw, as: bidder)
                withdrawn.change { $0.insert(bid) }
              } else {
                _ = try await world.market.work(as: bidder) {
                  try await $0.edit(bid, .object(["plan": .string("另一方案")]), version: nil)
                }
              }
            } catch let refusal as Refusal where !refusal.issues.isEmpty || refusal.conflictCode == "challenge_closed" {
            } catch Refusal.illegalMove {}
          }
        }
        group.addTask {
          let clockwork = Clockwork(world.market)
          while try await world.market.find(challenge, for: .anonymous).state == .published {
            try await clockwork.tick()
          }
        }
        try await group.waitForAll()
      }
      let closed = try await world.market.find(challenge, for: .anonymous)
      #expect(closed.bidsReceived == bids.count - withdrawn.value.count)
      let opened = try await world.market.database.query(
        "SELECT count(*) FROM bids WHERE challenge = \(challenge) AND status = 'opened'")
      #expect(try opened.first?.get(0, as: Int.self) == closed.bidsReceived)
    }
  }

  @Test func a_solver_has_one_bid_may_withdraw_it_and_bid_again() async throws {
    try await World.with { world in
      let challenge = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let me = world.university.caller
      let first = try await world.market.work(as: me) { try await $0.placeBid(on: challenge, SealTests.offer) }
      let second = try await refusal {
        try await world.market.work(as: me) { try await $0.placeBid(on: challenge, SealTests.offer) }
      }
      #expect(second.conflictCode == "already_bid")
      try await world.move(first.id, .withdraw, as: me)
      let third = try await world.market.work(as: me) { try await $0.placeBid(on: challenge, SealTests.offer) }
      #expect(third.id != first.id && third.state == .submitted)
    }
  }

  @Test func a_bid_is_edited_before_the_deadline_and_not_after() async throws {
    try await World.with { world in
      let made = try await world.challenge(.published, hasClosed: false)
      let me = world.university.caller
      let price = JSONValue.object(["price": .object(["amount": .string("700000.00"), "currency": .string("CNY")])])
      let edited = try await world.market.work(as: me) { try await $0.edit(made.bid, price, version: 1) }
      #expect(edited.price == Money(fen: 70_000_000) && edited.version == 2)
      #expect(edited.receivedAt > edited.createdAt.adding(seconds: -3600), "what holds is when the last word came in")
      try await world.advance(days: 30)
      let late = try await refusal {
        try await world.market.work(as: me) { try await $0.edit(made.bid, price, version: 2) }
      }
      #expect(late.issues.map(\.code) == ["challenge_closed"])
      #expect(try await world.market.find(made.bid, for: me).version == 2)
    }
  }

  @Test func nobody_bids_on_their_own_challenge_nor_as_staff_nor_on_a_draft() async throws {
    try await World.with { world in
      let challenge = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let draft = try await world.challenge(.draft, withBid: false).id
      let own = try await refusal {
        try await world.market.work(as: world.enterprise.caller) {
          try await $0.placeBid(on: challenge, SealTests.offer)
        }
      }
      #expect(own.conflictCode == "own_challenge")
      let staff = try await refusal {
        try await world.market.work(as: world.operator.caller) { try await $0.placeBid(on: challenge, SealTests.offer) }
      }
      guard case .forbidden = staff else {
        Testing.Issue.record("\(staff)")
        return
      }
      let unseen = try await refusal {
        try await world.market.work(as: world.university.caller) { try await $0.placeBid(on: draft, SealTests.offer) }
      }
      guard case .notFound = unseen else {
        Testing.Issue.record("\(unseen)")
        return
      }
      #expect(try await world.rowCounts()["bids"] == 0)
    }
  }

  /// The bid, or nothing when it came too late.
  private static func bid(on challenge: ID<Challenge>, _ bidder: Caller, _ world: World) async throws -> ID<Bid>? {
    do {
      return try await world.market.work(as: bidder) { try await $0.placeBid(on: challenge, SealTests.offer) }.id
    } catch let refusal as Refusal {
      guard refusal.conflictCode == "challenge_closed" else { throw refusal }
      return nil
    }
  }

  static func bidders(_ count: Int, _ world: World) async throws -> [Caller] {
    try await world.market.work(as: .system) { work in
      var callers: [Caller] = []
      for i in 0..<count {
        let organisation = try await work.register(
          Input([
            "name": .text("示例揭榜单位 \(i)"), "kind": .text("institute"), "region": .text("450300"),
            "origin": .text("constructed"),
          ]))
        callers.append(Caller(organisation: organisation.id, token: nil, role: .university))
      }
      return callers
    }
  }
}
