import Glibc
import Postgres
import TestSupport
import Testing

@testable import Market

/// The deadline is an instant of the database, and it bites once for everybody.
@Suite struct DeadlineTests {
  @Test func two_hundred_bidders_race_the_deadline_and_every_bid_that_was_taken_is_opened_and_counted() async throws {
    try await World.with { world in
      let challenge = try await world.challenge(.published, hasClosed: false, isPlain: true, withBid: false).id
      let bidders = try await Self.bidders(200, world)
      let outcome = try await Self.race(challenge, bidders, within: 1000, world)
      let closed = try await world.market.find(challenge, for: .anonymous)
      #expect(outcome.taken.count + outcome.late == 200, "everybody has an answer")
      #expect(closed.state == .closed && closed.bidsReceived == outcome.taken.count)
      try await Self.expectOpened(outcome.taken, of: closed, world)
    }
  }

  /// The deadline is met again and again by three bidders and an opener, all within some milliseconds.
  @Test func rounds_of_bidders_and_an_opener_at_the_deadline_lose_nobody_and_let_nobody_in_late() async throws {
    let rounds = getenv("JIEBANG_RACE_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 100
    try await World.with { world in
      let bidders = try await Self.bidders(3, world)
      var taken = 0, late = 0
      for round in 0..<rounds {
        let challenge = try await world.challenge(.published, hasClosed: false, isPlain: true, withBid: false).id
        let outcome = try await Self.race(challenge, bidders, within: 20, world)
        let closed = try await world.market.find(challenge, for: .anonymous)
        #expect(
          outcome.taken.count + outcome.late == 3 && closed.bidsReceived == outcome.taken.count, "round \(round)")
        try await Self.expectOpened(outcome.taken, of: closed, world)
        (taken, late) = (taken + outcome.taken.count, late + outcome.late)
      }
      #expect(taken + late == 3 * rounds)
    }
  }

  @Test(arguments: [(-1, true), (0, false), (1, false)])
  func a_microsecond_before_the_deadline_is_in_time_and_the_deadline_itself_is_not(
    offset: Int64, isTaken: Bool
  ) async throws {
    try await World.with { world in
      let challenge = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let closesAt = try #require(try await world.market.find(challenge, for: .anonymous).closesAt)
      let now = Instant(microseconds: closesAt.microseconds + offset)
      // The database's clock stands still at this microsecond.
      _ = try await world.market.database.execute(
        SQL(
          unsafe: """
            CREATE OR REPLACE FUNCTION market_now() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE
            AS $$ SELECT timestamptz '\(now.text)' $$
            """))
      let bid = try await Self.bid(on: challenge, world.university.caller, world)
      #expect((bid != nil) == isTaken)
      if let bid {
        #expect(try await world.market.sealedBid(bid, for: world.university.caller).receipt.receivedAt == now)
      }
    }
  }

  @Test func bids_that_are_withdrawn_while_the_challenge_closes_are_counted_or_withdrawn_and_never_both() async throws {
    try await World.with { world in
      let challenge = try await world.challenge(.published, hasClosed: false, isPlain: true, withBid: false).id
      let bidders = try await Self.bidders(24, world)
      var bids: [(Caller, ID<Bid>)] = []
      for bidder in bidders {
        bids.append((bidder, try #require(try await Self.bid(on: challenge, bidder, world))))
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
                _ = try await world.market.work(as: bidder) { try await $0.withdrawBid(bid, version: nil) }
                withdrawn.change { $0.insert(bid) }
              } else {
                _ = try await world.market.work(as: bidder) {
                  try await $0.replaceBid(bid, World.offer, version: nil)
                }
              }
            } catch let refusal as Refusal where refusal.conflictCode == "challenge_closed" {}
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
      try await Self.expectOpened(Set(bids.map(\.1)).subtracting(withdrawn.value), of: closed, world)
    }
  }

  @Test func a_solver_has_one_bid_may_withdraw_it_and_bid_again() async throws {
    try await World.with { world in
      let challenge = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let me = world.university.caller
      let first = try #require(try await Self.bid(on: challenge, me, world))
      let second = try await refusal { _ = try await Self.bid(on: challenge, me, world) }
      #expect(second.conflictCode == "already_bid")
      let gone = try await world.market.work(as: me) { try await $0.withdrawBid(first, version: 1) }
      #expect(gone.status == .withdrawn)
      #expect(try await world.rowCounts()["sealed_bids"] == 0, "nothing of it stays")
      let third = try await Self.bid(on: challenge, me, world)
      #expect(third != nil && third != first)
    }
  }

  @Test func a_bid_is_replaced_before_the_deadline_and_not_after() async throws {
    try await World.with { world in
      let made = try await world.challenge(.published, hasClosed: false)
      let me = world.university.caller
      let before = try await world.market.sealedBid(made.bid, for: me)
      let other = Input(["price": .money(Money(fen: 70_000_000)), "plan": .text("另一方案")])
      let stale = try await refusal {
        try await world.market.work(as: me) { try await $0.replaceBid(made.bid, other, version: 2) }
      }
      guard case .versionMoved(current: 1) = stale else {
        Testing.Issue.record("\(stale)")
        return
      }
      let replaced = try await world.market.work(as: me) { try await $0.replaceBid(made.bid, other, version: 1) }
      #expect(replaced.version == 2 && replaced.receipt.commitment != before.receipt.commitment)
      #expect(replaced.receipt.receivedAt > before.receipt.receivedAt, "what holds is when the last word came in")
      try await world.advance(days: 30)
      let late = try await refusal {
        try await world.market.work(as: me) { try await $0.replaceBid(made.bid, World.offer, version: 2) }
      }
      #expect(late.conflictCode == "challenge_closed")
      #expect(try await world.market.sealedBid(made.bid, for: me).version == 2)
      try await world.open(of: made.id)
      #expect(try await world.market.find(made.bid, for: me).plan == "另一方案")
    }
  }

  @Test func nobody_bids_on_their_own_challenge_nor_as_staff_nor_on_a_draft() async throws {
    try await World.with { world in
      let challenge = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let draft = try await world.challenge(.draft, withBid: false).id
      let own = try await refusal {
        try await world.market.work(as: world.enterprise.caller) {
          try await $0.placeBid(on: challenge, World.offer)
        }
      }
      #expect(own.conflictCode == "own_challenge")
      let staff = try await refusal {
        try await world.market.work(as: world.operator.caller) { try await $0.placeBid(on: challenge, World.offer) }
      }
      guard case .forbidden = staff else {
        Testing.Issue.record("\(staff)")
        return
      }
      let unseen = try await refusal {
        try await world.market.work(as: world.university.caller) { try await $0.placeBid(on: draft, World.offer) }
      }
      guard case .notFound = unseen else {
        Testing.Issue.record("\(unseen)")
        return
      }
      #expect(try await world.rowCounts()["sealed_bids"] == 0)
    }
  }

  /// The bid, or nothing when it came too late.
  private static func bid(on challenge: ID<Challenge>, _ bidder: Caller, _ world: World) async throws -> ID<Bid>? {
    do {
      return try await world.market.work(as: bidder) { try await $0.placeBid(on: challenge, World.offer) }.receipt.bid
    } catch let refusal as Refusal {
      guard refusal.conflictCode == "challenge_closed" else { throw refusal }
      return nil
    }
  }

  /// Lets the deadline come in the middle of `within` milliseconds, in which everybody bids and the clock knocks all the while.
  private static func race(
    _ challenge: ID<Challenge>, _ bidders: [Caller], within: Int, _ world: World
  ) async throws -> (taken: Set<ID<Bid>>, late: Int) {
    _ = try await world.market.database.execute(
      "UPDATE challenges SET closes_at = market_now() + make_interval(secs => \(Double(within) / 1500)) WHERE id = \(challenge)"
    )
    let taken = Shared<Set<ID<Bid>>>([]), late = Shared(0)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for bidder in bidders {
        group.addTask {
          try await Task.sleep(for: .microseconds(Int.random(in: 0...within * 1000)))
          if let bid = try await Self.bid(on: challenge, bidder, world) {
            taken.change { $0.insert(bid) }
          } else {
            late.change { $0 += 1 }
          }
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
    return (taken.value, late.value)
  }

  /// What was taken is what was opened, and all of it had come in time.
  private static func expectOpened(_ taken: Set<ID<Bid>>, of closed: Challenge, _ world: World) async throws {
    let rows = try await world.market.database.query(
      """
      SELECT id, status, price, received_at < \(try #require(closed.closesAt)) FROM bids WHERE challenge = \(closed.id)
      """)
    #expect(Set(try rows.map { try $0.get(0, as: ID<Bid>.self) }) == taken)
    #expect(
      try rows.allSatisfy {
        try $0.get(1, as: String.self) == "opened" && $0.get(2, as: Int64.self) == 80_000_000
          && $0.get(3, as: Bool.self)
      })
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
