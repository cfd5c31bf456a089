import Foundation
import Market
import TestSupport
import Testing

@Suite struct NoticeTests {
  @Test func a_downloaded_notice_is_verified_without_a_database_and_a_forged_one_is_found_out() async throws {
    try await TestDatabase.named { database, conninfo in
      let world = try await World(database)
      let deal = try await world.deal(.priceRoute, route: "negotiated")
      let notice = try #require(try await world.move(deal, .notice, as: world.university.caller).notice)
      let program = try jiebang(on: conninfo)
      let list = try await program.run("notice", "list", "--where", "kind=price", "--json")
      #expect(list.out.contains(notice.id.text))
      let year = try await world.market.today().parts.year
      let shown = try await program.run("notice", "show", "\(year)/1", "--json")
      #expect(shown.status == 0, "\(shown.err)")
      try await Folder.with { folder in
        let good = try folder.write("good.json", text: shown.out)
        let verified = try await jiebang().run("notice", "verify", good)
        #expect(verified.status == 0 && verified.out.hasPrefix("✓ 公示〔"), "\(verified.err)")
        for (place, forged) in [
          ("content", shown.out.replacing("800000.00", with: "80000.00")),
          (
            "number",
            shown.out.replacing("{\"id\"", with: "{\"x\":1,\"id\"").replacing(
              "\"number\":\"公示〔\(year)〕1号\",\"organisation\"", with: "\"number\":\"公示〔\(year)〕2号\",\"organisation\"")
          ),
          ("hash", shown.out.replacing("sha256:", with: "sha256:0")),
        ] {
          #expect(forged != shown.out, "\(place)")
          let file = try folder.write("forged.json", text: forged)
          let outcome = try await jiebang().run("notice", "verify", file)
          #expect(outcome.status == 7, "\(place)")
        }
        let none = try folder.write("none.json", text: "{}")
        #expect(try await jiebang().run("notice", "verify", none).status == 2)
      }
      let text = try await program.run("notice", "show", notice.id.text)
      #expect(text.out.contains("协议定价公示") && text.out.contains("价格(元):800000.00"))
      #expect(try await program.run("notice", "show", notice.id.text, "--certificate").status == 3)
    }
  }

  @Test func what_is_due_is_listed_and_nothing_that_failed_is_nothing_to_retry() async throws {
    try await TestDatabase.named { database, conninfo in
      let world = try await World(database)
      let id = try await world.challenge(.published, hasClosed: false).id
      let program = try jiebang(on: conninfo)
      #expect(try await program.run("job", "list").out.contains("challenge.close"))
      let line = try #require(try await program.run("job", "list", "--json").lines.first)
      #expect(JSONValue.parse(line.utf8)?["object"]?.string == id.text)
      #expect(try await program.run("job", "list", "--stalled", "--json").out.isEmpty)
      #expect(try await program.run("job", "retry", id.text).status == 3)
      #expect(try await program.run("job", "retry", "--all").status == 0)
      #expect(try await program.run("job", "retry").status == 64)
    }
  }
}
