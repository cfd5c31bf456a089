import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct DeliveryTests {
  @Test func what_happens_is_told_once_in_the_order_of_the_log_in_thin_letters() async throws {
    try await Mail.with { mail in
      try await mail.happen(30)
      try await mail.deliver()
      try await mail.deliver()
      let events = try await mail.events()
      #expect(events.count == 30 && mail.receiver.messages.map(\.id) == events.map(\.id.text))
      for (event, message) in zip(events, mail.receiver.messages) {
        #expect(
          message.text
            == #"{"type":"achievement.create","timestamp":"\#(event.at.text)","data":{"id":"\#(event.id)","object":"\#(event.object)","version":1}}"#
        )
      }
      let deliveries = try await mail.deliveries()
      #expect(deliveries.count == 30 && deliveries.allSatisfy { $0.status == "delivered" && $0.attempts.count == 1 })
      #expect(deliveries.allSatisfy { $0.attempts[0].answer == 204 && $0.attempts[0].error == nil && $0.nextAt == nil })
    }
  }

  @Test func it_is_told_of_the_kinds_it_has_asked_for_and_of_nothing_from_before() async throws {
    try await Mail.with(kinds: ["challenge"]) { mail in
      let challenge = try await mail.world.challenge(.boardNotice, withBid: false).id
      try await mail.happen(2)
      try await mail.world.move(challenge, .publish, as: mail.world.operator.caller)
      try await mail.deliver()
      let ids = try await mail.events("challenge").map(\.id.text)
      #expect(ids.count == 1 && mail.receiver.messages.map(\.id) == ids)
      let late = try await mail.world.market.work(as: mail.world.enterprise.caller) {
        try await $0.addWebhook(for: mail.world.enterprise.id, Input(["url": .text(mail.receiver.url)]))
      }
      try await mail.deliver()
      #expect(try await mail.world.market.deliveries(of: late.id).isEmpty && mail.receiver.messages.count == 1)
    }
  }

  @Test func what_fails_is_tried_again_later_under_the_same_id_and_does_not_hold_up_the_others() async throws {
    try await Mail.with { mail in
      try await mail.happen(3)
      let ids = try await mail.events().map(\.id.text), bad = ids[0]
      mail.receiver.answers { $0.id == bad ? .status(500) : .status(204) }
      try await mail.deliver()
      #expect(mail.receiver.messages.map(\.id) == ids)
      let waiting = try #require(try await mail.deliveries().first { $0.status == "retrying" })
      #expect(waiting.event.text == bad && waiting.attempts.map(\.answer) == [500])
      #expect(try await mail.now.failures == 0, "the others got through")
      try await mail.deliver()
      #expect(mail.receiver.messages.count == 3, "not before its time")
      try await mail.world.advance(days: 0, seconds: 6)
      try await mail.deliver()
      mail.receiver.answers { _ in .status(200) }
      try await mail.world.advance(days: 0, seconds: 11)
      try await mail.deliver()
      #expect(mail.receiver.messages.map(\.id) == ids + [bad, bad])
      #expect(
        Set(mail.receiver.messages.filter { $0.id == bad }.map(\.body)).count == 1, "the same letter, word for word")
      #expect(try await mail.deliveries().last?.attempts.map(\.answer) == [500, 500, 200])
    }
  }

  @Test func pauses_double_up_to_half_a_day_and_an_event_is_given_up_after_five_days() async throws {
    let pace = Mail.settings.pace
    #expect((1...20).map { pace.pause(after: $0, atMost: pace.longestRetry) }.prefix(4) == [5, 10, 20, 40])
    #expect(pace.pause(after: 40, atMost: pace.longestRetry) == 43_200)
    try await Mail.with { mail in
      try await mail.happen(2)
      let bad = try await mail.events()[0].id.text
      mail.receiver.answers { $0.id == bad ? .status(500) : .status(204) }
      try await mail.deliver()
      for _ in 0..<11 {
        try await mail.world.advance(days: 0, seconds: 43_201)
        try await mail.deliver()
        try await mail.happen()
        try await mail.deliver()
      }
      let given = try #require(try await mail.deliveries().first { $0.event.text == bad })
      #expect(given.status == "failed" && given.nextAt == nil && given.attempts.count == 11)
      #expect(try await mail.now.state == .active, "the others arrived all the time")
    }
  }

  @Test func a_receiver_that_says_when_to_come_again_is_left_alone_until_then() async throws {
    try await Mail.with({ _ in .status(503, ["Retry-After": "600"]) }) { mail in
      try await mail.happen()
      try await mail.deliver()
      try await mail.world.advance(days: 0, seconds: 590)
      try await mail.deliver()
      #expect(mail.receiver.messages.count == 1)
      try await mail.world.advance(days: 0, seconds: 20)
      try await mail.deliver()
      #expect(mail.receiver.messages.count == 2)
    }
  }

  @Test func a_receiver_that_is_down_is_knocked_at_a_few_times_and_gets_everything_when_it_is_back() async throws {
    try await Mail.with({ _ in .status(500) }) { mail in
      try await mail.happen(40)
      try await mail.deliver()
      #expect(mail.receiver.messages.count == 3, "three failures in a row, then it rests")
      for _ in 0..<4 {
        try await mail.world.advance(days: 0, seconds: 301)
        try await mail.deliver()
      }
      #expect(mail.receiver.messages.count == 7, "one knock after each rest")
      #expect(try await mail.now.failures == 7)
      mail.receiver.answers { _ in .status(204) }
      for _ in 0..<3 {
        try await mail.world.advance(days: 0, seconds: 43_201)
        try await mail.deliver()
      }
      let deliveries = try await mail.deliveries()
      #expect(deliveries.count == 40 && deliveries.allSatisfy { $0.status == "delivered" })
      #expect(try await mail.now.failures == 0)
    }
  }

  @Test func five_days_of_failure_disable_it_and_resuming_goes_on_where_it_stopped() async throws {
    try await Mail.with({ _ in .nothing }) { mail in
      try await mail.happen()
      try await mail.deliver()
      #expect(try await mail.now.failingSince != nil)
      try await mail.world.advance(days: 4)
      try await mail.deliver()
      #expect(try await mail.now.state == .active)
      try await mail.world.advance(days: 1, seconds: 1)
      try await mail.deliver()
      let disabled = try await mail.now, knocks = mail.receiver.messages.count
      #expect(disabled.state == .disabled && disabled.reason?.contains("5") == true)
      #expect(try await mail.events("webhook").map(\.action) == ["create", "disable"])
      try await mail.happen(2)
      try await mail.deliver()
      #expect(mail.receiver.messages.count == knocks, "nothing more is sent")
      mail.receiver.answers { _ in .status(204) }
      try await mail.world.move(mail.id, .resume, as: mail.world.university.caller)
      try await mail.world.advance(days: 1)
      try await mail.deliver()
      let told = try await mail.deliveries()
      #expect(told.count == 3 && told.allSatisfy { $0.status == "delivered" })
      let back = try await mail.now
      #expect(back.state == .active && back.reason == nil && back.failingSince == nil)
    }
  }

  @Test func one_who_is_gone_is_not_asked_again() async throws {
    try await Mail.with({ _ in .status(410) }) { mail in
      try await mail.happen(3)
      try await mail.deliver()
      #expect(mail.receiver.messages.count == 1)
      let gone = try await mail.now
      #expect(gone.state == .disabled && gone.reason?.contains("410") == true)
    }
  }

  @Test func while_it_is_paused_nothing_is_sent_and_nothing_is_lost() async throws {
    try await Mail.with { mail in
      try await mail.world.move(mail.id, .pause, as: mail.world.university.caller)
      try await mail.happen(3)
      try await mail.deliver()
      #expect(mail.receiver.messages.isEmpty)
      try await mail.world.move(mail.id, .resume, as: mail.world.university.caller)
      try await mail.deliver()
      let ids = try await mail.events().map(\.id.text)
      #expect(ids.count == 3 && mail.receiver.messages.map(\.id) == ids)
    }
  }

  @Test func several_servers_with_several_postmen_send_everything_once_each() async throws {
    try await Mail.with({ _ in .late(.random(in: 0...3), 204) }) { mail in
      let others = try await withThrowingTaskGroup(of: ID<Webhook>.self) { group in
        for n in 0..<5 {
          group.addTask {
            try await mail.world.market.work(as: mail.world.university.caller) {
              try await $0.addWebhook(
                for: mail.world.university.id, Input(["url": .text(mail.receiver.url + "/\(n)")])
              ).id
            }
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        let isWriting = Shared(true)
        group.addTask {
          try await mail.happen(40)
          isWriting.change { $0 = false }
        }
        for _ in 0..<3 {
          let postman = Postman(mail.world.market, Mail.settings)
          for _ in 0..<2 {
            group.addTask {
              while true {
                let wasWriting = isWriting.value
                try await postman.wake()
                while try await postman.round() {}
                if !wasWriting { return }
              }
            }
          }
        }
        try await group.waitForAll()
      }
      try await mail.deliver()
      let ids = try await mail.events().map(\.id)
      for webhook in [mail.id] + others {
        let told = try await mail.world.market.deliveries(of: webhook, limit: 1000)
        #expect(told.map(\.event).reversed() == ids && told.allSatisfy { $0.attempts.count == 1 }, "\(webhook)")
      }
      #expect(mail.receiver.messages.count == 6 * 40)
    }
  }

  /// Sent and not written down: whoever comes after sends it again under the same id, and a dead man's late word changes nothing.
  @Test func one_who_dies_between_sending_and_writing_it_down_has_it_sent_again() async throws {
    try await Mail.with { mail in
      try await mail.happen()
      try await mail.postman.wake()
      var claim = try #require(try await mail.postman.claim())
      let letter = try #require(try await mail.postman.next(for: mail.webhook, &claim))
      let outcome = try await mail.postman.send(letter, to: mail.webhook)
      try await mail.deliver()
      #expect(mail.receiver.messages.count == 1, "the lease is still his")
      _ = try await mail.world.market.database.execute("UPDATE webhook_progress SET leased_until = clock_timestamp()")
      try await mail.deliver()
      #expect(mail.receiver.messages.map(\.id) == [letter.event.text, letter.event.text])
      let isWritten = try await mail.postman.record(letter, outcome, for: mail.webhook, claim)
      #expect(!isWritten)
      let told = try await mail.deliveries()
      #expect(told.count == 1 && told[0].attempts.count == 1)
    }
  }
}
