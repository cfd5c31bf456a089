import Postgres
import TestSupport
import Testing

@testable import Market

/// What a webhook is not told.
@Suite struct SilenceTests {
  private static let canary = "金丝雀7f3a"

  /// A challenge from its publication to its award, with a sealed bid, watched by everybody's webhooks.
  @Test func nobody_is_told_of_a_sealed_bid_and_no_letter_holds_what_was_written() async throws {
    try await Mail.with { mail in
      let world = mail.world, market = world.market
      var webhooks: [String: ID<Webhook>] = [:]
      for (name, party) in world.everybody {
        webhooks[name] = try await market.work(as: .system) {
          try await $0.addWebhook(for: party.id, Input(["url": .text(mail.receiver.url + "/\(name)")])).id
        }
      }
      let challenge = try await world.challenge(.published, hasClosed: false, withBid: false).id
      _ = try await market.work(as: world.rival.caller) {
        try await $0.placeBid(
          on: challenge, Input(["price": .money(Money(fen: 314_159)), "plan": .text(Self.canary)]))
      }
      let hidden = try await world.achievement(.published)
      try await world.move(hidden, .suspend, .object(["reason": .string(Self.canary)]), as: world.operator.caller)
      try await mail.deliver()
      for (name, webhook) in webhooks {
        let events = try await market.deliveries(of: webhook).map(\.type)
        #expect(!events.contains { $0.hasPrefix("bid.") || $0.hasPrefix("sealed_bid") }, "\(name): \(events)")
        #expect(events.contains("achievement.suspend"), "\(name) hears what is public")
      }
      #expect(mail.receiver.messages.allSatisfy { !$0.text.contains(Self.canary) })
      let members = Set(
        mail.receiver.messages.flatMap { JSONValue.parse($0.body)?["data"]?.members?.keys.map { $0 } ?? [] })
      #expect(members == ["id", "object", "version"])
    }
  }

  /// Staff see more than the public; an address of theirs does not.
  @Test func what_staff_see_by_their_office_goes_to_no_address() async throws {
    try await Mail.with(of: { $0.operator }) { mail in
      try await mail.happen(2)
      try await mail.deliver()
      #expect(mail.receiver.messages.isEmpty)
    }
  }

  @Test func what_a_webhook_does_is_not_told_to_webhooks_its_own_test_apart() async throws {
    try await Mail.with { mail in
      let world = mail.world, me = world.university.caller
      let second = try await world.market.work(as: me) {
        try await $0.addWebhook(for: world.university.id, Input(["url": .text(mail.receiver.url + "/2")])).id
      }
      let event = try await world.market.work(as: me) { try await $0.testWebhook(mail.id) }
      try await mail.deliver()
      #expect(mail.receiver.messages.map(\.id) == [event.text])
      #expect(mail.receiver.messages.first?.text.contains(#""type":"webhook.test""#) == true)
      #expect(try await world.market.deliveries(of: second).isEmpty)
    }
  }

  @Test func an_event_is_sent_again_on_demand_under_its_id_and_only_where_it_may_be_known() async throws {
    try await Mail.with { mail in
      let world = mail.world, me = world.university.caller
      let before = try await world.achievement(.approved)
      try await world.move(before, .publish, as: me)
      _ = try await world.market.work(as: world.rival.caller) { work in
        try await work.create(
          AchievementList.self, Input(["title": .text("x")]), own: [("organisation", .reference(world.rival.id.bits))])
      }
      try await mail.deliver()
      let published = try #require(try await mail.events().last),
        foreign = try #require(try await mail.events("achievement_list").last)
      #expect(mail.receiver.messages.map(\.id) == [published.id.text])
      let again = try await world.market.work(as: me) { try await $0.redeliver(published.id, to: mail.id) }
      #expect(again.status == "retrying" && again.attempts.count == 1)
      try await mail.deliver()
      #expect(mail.receiver.messages.map(\.id) == [published.id.text, published.id.text])
      #expect(Set(mail.receiver.messages.map(\.body)).count == 1)
      #expect(try await mail.deliveries().map(\.attempts.count) == [2])
      let refused = try await refusal {
        try await world.market.work(as: me) { try await $0.redeliver(foreign.id, to: mail.id) }
      }
      guard case .notFound = refused else {
        Testing.Issue.record("\(refused)")
        return
      }
      try await world.move(mail.id, .pause, as: me)
      let blocked = try await refusal {
        try await world.market.work(as: me) { try await $0.redeliver(published.id, to: mail.id) }
      }
      #expect(blocked.issues.map(\.code) == ["not_active"])
    }
  }

  @Test func an_organisation_has_twenty_at_most_and_each_address_once() async throws {
    try await Mail.with { mail in
      let world = mail.world
      @Sendable func add(_ url: String) async throws {
        _ = try await world.market.work(as: world.university.caller) {
          try await $0.addWebhook(for: world.university.id, Input(["url": .text(url)]))
        }
      }
      #expect(try await refusal { try await add(mail.receiver.url) }.conflictCode == "duplicate_url")
      for n in 1..<Work.mostWebhooks { try await add("https://hooks.example.edu.cn/\(n)") }
      #expect(try await refusal { try await add("https://hooks.example.edu.cn/x") }.conflictCode == "too_many_webhooks")
      try await world.move(mail.id, .remove, as: world.university.caller)
      try await add(mail.receiver.url)
    }
  }
}
