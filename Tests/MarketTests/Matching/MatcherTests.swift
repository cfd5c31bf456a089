import MatchEngine
import Postgres
import TestSupport
import Testing

@testable import Market

/// The index follows the log: what is published is found, what is gone is not.
@Suite struct MatcherTests {
  @Test func what_is_published_is_found_and_what_leaves_the_market_is_not() async throws {
    try await World.with { world in
      let matcher = try await Self.matcher(world)
      let id = try await world.achievement(.approved)
      let challenge = try await world.market.find(world.challenge(.published, hasClosed: false).id, for: .anonymous)
      func found() async throws -> Bool {
        try await Self.catchUp(matcher, world)
        return try await matcher.achievements(for: challenge, limit: 10).contains { $0.object.id == id }
      }
      #expect(try await !found())
      try await world.move(id, .publish, as: world.university.caller)
      #expect(try await found())
      let reason = JSONValue.object(["reason": .string("示例理由")])
      try await world.move(id, .suspend, reason, as: world.operator.caller)
      #expect(try await !found())
      try await world.move(id, .resume, reason, as: world.operator.caller)
      #expect(try await found())
      try await world.move(id, .lock, as: .system)
      #expect(try await !found())
      try await world.move(id, .release, as: .system)
      #expect(try await found())
      try await world.move(id, .withdraw, reason, as: world.university.caller)
      #expect(try await !found())
    }
  }

  @Test func a_challenge_is_found_from_the_other_side_until_it_closes() async throws {
    try await World.with { world in
      let matcher = try await Self.matcher(world)
      let achievement = try await world.market.find(world.achievement(.published), for: .anonymous)
      let id = try await world.challenge(.boardNotice, withBid: false).id
      func found() async throws -> Bool {
        try await Self.catchUp(matcher, world)
        return try await matcher.challenges(for: achievement, limit: 10).contains { $0.object.id == id }
      }
      #expect(try await !found())
      try await world.move(id, .publish, as: .system)
      #expect(try await found())
      try await world.advance(days: 60)
      try await world.move(id, .close, as: .system)
      #expect(try await !found())
    }
  }

  @Test func a_new_start_finds_what_following_found_with_the_same_reasons_in_the_same_order() async throws {
    try await World.with { world in
      let challenge = try await world.market.find(world.challenge(.published, hasClosed: false).id, for: .anonymous)
      let following = try await Self.matcher(world)
      for i in 0..<30 {
        let id = try await world.achievement(.approved)
        try await world.place("UPDATE achievements SET title = title || \(" \(i % 7)") WHERE id = \(id)")
        try await world.move(id, .publish, as: world.university.caller)
        if i % 5 == 0 {
          try await world.move(id, .withdraw, .object(["reason": .string("示例理由")]), as: world.university.caller)
        }
      }
      try await Self.catchUp(following, world)
      let restarted = try await Self.matcher(world)
      #expect(following.counts == restarted.counts && restarted.counts.achievements == 24)
      func answer(_ matcher: Matcher) async throws -> [String] {
        try await matcher.achievements(for: challenge, limit: 100).map {
          "\($0.object.id) \($0.score) \($0.reasons.map(\.code))"
        }
      }
      #expect(try await answer(following) == (try await answer(restarted)))
    }
  }

  @Test func an_event_that_is_seen_twice_does_no_harm_and_a_load_in_the_midst_of_moves_misses_none() async throws {
    try await World.with { world in
      let matcher = Matcher(world.market, lexicon: .empty)
      let moving = Task {
        for _ in 0..<20 {
          let id = try await world.achievement(.approved)
          try await world.move(id, .publish, as: world.university.caller)
        }
      }
      try await matcher.load()
      try await moving.value
      try await Self.catchUp(matcher, world)
      #expect(matcher.counts.achievements == 20 && matcher.isReady)
    }
  }

  static func matcher(_ world: World) async throws -> Matcher {
    let matcher = Matcher(world.market, lexicon: .empty)
    try await matcher.load()
    return matcher
  }

  /// Follows the log until nothing in it can be ahead.
  static func catchUp(_ matcher: Matcher, _ world: World) async throws {
    _ = try await world.history(as: nil)
    try await matcher.catchUp()
  }
}
