import Foundation
import Market
import Postgres
import TestSupport
import Testing

@Suite struct WebhookTests {
  @Test func one_is_made_stopped_resumed_and_ended_from_the_command_line() async throws {
    try await TestDatabase.named { database, conninfo in
      let program = try jiebang(on: conninfo), world = try await World(database),
        organisation = world.university.id.text
      let made = try await program.run(
        "webhook", "add", "https://hooks.example.edu.cn/", "--organisation", organisation, "--kinds", "challenge,deal",
        "--json")
      #expect(made.status == 0)
      let id = try #require(made.member("id") as? String), secret = try #require(made.member("secret") as? String)
      #expect(secret.hasPrefix("whsec_"))
      for words in [["webhook", "list"], ["webhook", "list", "--json"]] {
        let list = try await program.run(words)
        #expect(list.status == 0 && list.out.contains(id) && !list.out.contains("whsec_"))
      }
      let again = try await program.run(
        "webhook", "add", "https://hooks.example.edu.cn/", "--organisation", organisation)
      #expect(again.status == 5 && again.err.contains("同一回调地址"))
      let rotated = try await program.run("webhook", "rotate", id)
      #expect(rotated.status == 0 && rotated.lines.first?.hasPrefix("whsec_") == true && !rotated.out.contains(secret))
      #expect(try await program.run("webhook", "pause", id).status == 0)
      #expect(try await program.run("webhook", "pause", id).status == 5)
      #expect(try await program.run("webhook", "test", id).status == 2)
      #expect(try await program.run("webhook", "resume", id).status == 0)
      let tested = try await program.run("webhook", "test", id)
      #expect(tested.status == 0 && tested.out.hasPrefix("evt_"))
      let event = tested.out.trimmingCharacters(in: .newlines)
      #expect(try await program.run("webhook", "redeliver", id, event).out.hasPrefix("whd_"))
      let told = try await program.run("webhook", "deliveries", id, "--json")
      #expect(told.member("event") as? String == event && told.member("status") as? String == "retrying")
      #expect(try await program.run("webhook", "deliveries", id, "--status", "delivered").lines.count == 2)
      #expect(try await program.run("webhook", "remove", id).status == 0)
      #expect(try await program.run("webhook", "list", "--status", "active,paused", "--json").out.isEmpty)
      #expect(try await program.run("webhook", "resume", id).status == 5)
    }
  }

  @Test(arguments: [
    (["add", "http://10.0.0.1/", "--organisation", "ORG"], 2),
    (["add", "https://x.example/", "--organisation", "x"], 64),
    (["add", "https://x.example/", "--organisation", "org_00000000000000000000000000"], 3), (["pause", "x"], 64),
    (["pause", "whk_00000000000000000000000000"], 3), (["deliveries", "whk_00000000000000000000000000"], 3),
    (["deliveries", "whk_00000000000000000000000000", "--status", "lost"], 64),
  ])
  func what_cannot_be_done_is_refused_with_its_code(words: [String], code: Int) async throws {
    try await TestDatabase.named { database, conninfo in
      let world = try await World(database)
      let outcome = try await jiebang(on: conninfo).run(
        ["webhook"] + words.map { $0 == "ORG" ? world.university.id.text : $0 })
      #expect(outcome.status == Int32(code) && outcome.out.isEmpty && !outcome.err.isEmpty)
    }
  }

  @Test func a_range_that_is_none_stops_the_start() async throws {
    let outcome = try await jiebang().run("serve", "--webhook-allow", "10.0.0.0/8,intranet")
    #expect(outcome.status == 64 && outcome.err.contains("intranet"))
  }

  /// Sent, and killed before it is written down: the next server sends it again under the same id, and nothing after it is lost.
  /// That the environment names a proxy matters to nobody.
  @Test func a_server_killed_in_the_middle_of_a_delivery_loses_nothing() async throws {
    try await TestDatabase.named { database, conninfo in
      let world = try await World(database), victim = Shared<pid_t>(0)
      try await Receiver.with({ _ in
        let id = victim.value
        if id != 0 { kill(id, SIGKILL) }
        return .status(204)
      }) { receiver in
        let me = world.university, market = world.market
        let webhook = try await market.work(as: me.caller) {
          try await $0.addWebhook(for: me.id, Input(["url": .text(receiver.url)])).id
        }
        let program = try Program.jiebang([
          "JIEBANG_DATABASE_URL": conninfo, "JIEBANG_SHARE": try Share.folder(), "JIEBANG_HOME": "/nonexistent",
          "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9",
        ])
        let first = try program.start("serve", "--port", "0")
        _ = try await first.says("jiebang is ready")
        victim.change { $0 = first.id }
        var events: [ID<Event>] = []
        for _ in 0..<3 {
          events.append(try await market.work(as: me.caller) { try await $0.testWebhook(webhook) })
        }
        #expect(try await first.ended().status == -SIGKILL)
        victim.change { $0 = 0 }
        #expect(receiver.messages.map(\.id) == [events[0].text])
        #expect(try await market.deliveries(of: webhook).isEmpty, "nothing was written down")
        // What a minute and a half do by themselves.
        _ = try await database.execute("UPDATE webhook_progress SET leased_until = clock_timestamp()")
        let second = try program.start("serve", "--port", "0")
        for _ in 0..<600 {
          if try await market.deliveries(of: webhook, status: "delivered").count == 3 { break }
          try await Task.sleep(for: .milliseconds(50))
        }
        second.send(signal: SIGTERM)
        #expect(try await second.ended().status == 0)
        #expect(receiver.messages.map(\.id) == ([events[0]] + events).map(\.text))
        let told = try await market.deliveries(of: webhook)
        #expect(told.count == 3 && told.allSatisfy { $0.status == "delivered" && $0.attempts.count == 1 })
      }
    }
  }
}
