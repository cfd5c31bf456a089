import Foundation
import Market
import Postgres
import TestSupport
import Testing

/// `jiebang demand` and `jiebang chain`.
@Suite struct DemandTests {
  @Test func demands_are_listed_and_shown_with_their_scores() async throws {
    try await TestDatabase.named { database, conninfo in
      let world = try await World(database)
      let id = try await world.demand(.shortlisted)
      _ = try await world.demand(.draft, title: "另一需求")
      let list = try await jiebang(on: conninfo).run("demand", "list", "--status", "shortlisted")
      #expect(list.status == 0 && list.lines.count == 3)
      #expect(list.lines.last?.contains(id.text) == true && list.lines.last?.contains(" 80.00 ") == true)
      #expect(!list.out.contains("另一需求"))
      let shown = try await jiebang(on: conninfo).run("demand", "show", id.text)
      #expect((shown.member("scores") as? [Any])?.count == 3)
      #expect(!shown.out.contains("13800001234"))
      #expect(try await jiebang(on: conninfo).run("demand", "show", "dem_00000000000000000000000000").status == 3)
      #expect(try await jiebang(on: conninfo).run("demand", "show", "x").status == 64)
    }
  }

  @Test func a_chain_is_read_from_a_file_listed_and_reported_on() async throws {
    try await TestDatabase.named { database, conninfo in
      let world = try await World(database)
      _ = try await world.achievement(.published)
      let file = "\(NSTemporaryDirectory())/chain-\(UUID().uuidString).csv"
      try Data("node,list,name\n种苗,technology_gap,柑橘无病毒苗木繁育\n种苗,core_enterprise,示例企业\n".utf8).write(
        to: URL(fileURLWithPath: file))
      defer { try? FileManager.default.removeItem(atPath: file) }
      let options = ["--name", "示例链", "--region", "450300", "--organisation", world.operator.id.text]
      let checked = try await jiebang(on: conninfo).run(["chain", "import", file, "--check"] + options)
      #expect(checked.status == 0)
      #expect(try await jiebang(on: conninfo).run("chain", "list").lines.count == 2, "checked, not written")
      let imported = try await jiebang(on: conninfo).run(["chain", "import", file] + options)
      #expect(imported.status == 0)
      let id = try #require(imported.out.split(separator: " ").first.map(String.init))
      let list = try await jiebang(on: conninfo).run("chain", "list")
      #expect(list.lines.last?.split(separator: " ").dropFirst(3).prefix(4) == ["1", "1", "0", "1"])
      let report = try await jiebang(on: conninfo).run("chain", "report", id)
      #expect(report.status == 0 && report.out.contains("种苗:柑橘无病毒苗木繁育") && report.out.contains("柑橘无病毒苗木繁育技术"))
      try Data("node,list,name\n种苗,technology_gep,x\n".utf8).write(to: URL(fileURLWithPath: file))
      let bad = try await jiebang(on: conninfo).run(["chain", "import", file] + options)
      #expect(bad.status == 2 && bad.err.contains("technology_gap"))
    }
  }
}
