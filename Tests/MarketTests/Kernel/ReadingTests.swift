import Postgres
import TestSupport
import Testing

@testable import Market

/// Lists: pages, their tokens, and filters.
@Suite struct ReadingTests {
  @Test func pages_hold_everything_once_newest_first() async throws {
    try await World.with { world in
      let made = try await Self.achievements(23, world)
      var seen: [ID<Achievement>] = [], token: String?
      repeat {
        let page = try await world.market.list(
          Achievement.self, for: world.university.caller, filters: [:], page: PageRequest(size: 5, token: token))
        #expect(page.items.count <= 5)
        seen += page.items.map(\.id)
        token = page.next
      } while token != nil
      #expect(seen == made.sorted { $0.bits > $1.bits })
    }
  }

  @Test func a_page_token_means_nothing_under_other_filters_in_another_list_or_when_a_bit_of_it_is_changed()
    async throws
  {
    try await World.with { world in
      _ = try await Self.achievements(3, world)
      let market = world.market, me = world.university.caller
      let page = try await market.list(Achievement.self, for: me, filters: ["field": "09"], page: PageRequest(size: 1))
      let token = try #require(page.next)
      let more = try await market.list(
        Achievement.self, for: me, filters: ["field": "09"], page: PageRequest(size: 1, token: token))
      #expect(more.items.count == 1 && more.items.first?.id != page.items.first?.id)

      func refused(_ token: String, _ filters: [String: String]) async -> Bool {
        let refused = try? await refusal {
          try await market.list(Achievement.self, for: me, filters: filters, page: PageRequest(size: 1, token: token))
        }
        if case .pageTokenMismatch? = refused { return true }
        return false
      }
      #expect(await refused(token, [:]))
      #expect(await refused(token, ["field": "08"]))
      #expect(await refused(token, ["field": "09", "region": "45"]))
      let bytes = try #require(Base64URL.decode(token))
      for place in bytes.indices {
        var changed = bytes
        changed[place] ^= 1
        #expect(await refused(Base64URL.encode(changed), ["field": "09"]), "byte \(place)")
      }
      for text in ["", "x", "成果", token + "A", String(token.dropLast()), String(repeating: "A", count: 38)] {
        #expect(await refused(text, ["field": "09"]), "\(text)")
      }
      let elsewhere = try await refusal {
        try await market.list(
          Challenge.self, for: me, filters: ["field": "09"], page: PageRequest(size: 1, token: token))
      }
      guard case .pageTokenMismatch = elsewhere else {
        Testing.Issue.record("a token of another list was taken")
        return
      }
    }
  }

  @Test(
    arguments: [
      (["status": "draft"], 4), (["status": "published"], 0), (["status": "draft,published"], 4),
      (["region": "4503"], 3), (["region": "45"], 4),
      (["region": "11"], 0), (["region": "4510,4503"], 4), (["keyword": "柑橘"], 3), (["keyword": "铝,柑橘"], 4),
      (["keyword": "柑"], 0),
      (["field": "09", "region": "451000"], 0), (["field": "03"], 1), (["external_id": "A1"], 1),
      (["transfer_mode": "licence"], 3),
      (["external_id": "a1"], 0), (["keyword": "%"], 0), (["external_id": "' OR true --"], 0),
    ] as [([String: String], Int)])
  func a_filter_narrows_a_list_to_what_it_says(filters: [String: String], count: Int) async throws {
    try await World.with { world in
      _ = try await Self.achievements(3, world)
      try await world.market.work(as: world.university.caller) { work in
        _ = try await work.create(
          Achievement.self,
          Input([
            "title": .text("铝合金"), "region": .text("451000"), "field": .text("03"), "keywords": .texts(["铝"]),
            "external_id": .text("A1"),
          ]), own: [("organisation", .reference(world.university.id.bits))])
      }
      let page = try await world.market.list(
        Achievement.self, for: world.university.caller, filters: filters, page: PageRequest())
      #expect(page.items.count == count)
    }
  }

  @Test(arguments: [
    ("status", "drafted"), ("field", "12"), ("region", "abc"), ("region", "45x"), ("region", "四五"),
    ("region", "4500000"), ("organisation", "x"),
    ("organisation", "ach_00000000000000000000000000"), ("keyword", "a\u{0}b"), ("transfer_mode", "sell"),
  ])
  func a_filter_that_can_mean_nothing_is_refused_and_says_which(name: String, value: String) async throws {
    try await World.with { world in
      let refused = try await refusal {
        try await world.market.list(Achievement.self, for: .anonymous, filters: [name: value], page: PageRequest())
      }
      guard case .badParameter(name, _) = refused else {
        Testing.Issue.record("\(refused)")
        return
      }
    }
  }

  static func achievements(_ count: Int, _ world: World) async throws -> [ID<Achievement>] {
    try await world.market.work(as: world.university.caller) { work in
      var ids: [ID<Achievement>] = []
      for i in 0..<count {
        ids.append(
          try await work.create(
            Achievement.self,
            Input([
              "title": .text("柑橘苗木 \(i)"), "region": .text("450300"), "field": .text("09"), "keywords": .texts(["柑橘"]),
              "transfer_modes": .texts(["licence"]),
            ]), own: [("organisation", .reference(world.university.id.bits))]
          ).id)
      }
      return ids
    }
  }
}
