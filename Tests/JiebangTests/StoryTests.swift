import Foundation
import FoundationNetworking
import Glibc
import Market
import TestSupport
import Testing

/// The first minutes of a stranger, on a real cluster of their own.
@Suite(.serialized) struct StoryTests {
  @Test func the_demonstration_shows_itself_serves_is_walked_through_and_leaves_nothing_running() async throws {
    try await PrivateInstallation.with { installation in
      let (demo, address) = try await installation.demo()
      let shown = demo.out
      for rank in 1...5 { #expect(shown.contains("\n\(rank). "), "five ranked achievements") }
      #expect(shown.contains("柑橘黄龙病"))
      #expect(shown.contains("合同类型  项数"))
      #expect(!demo.err.contains("\r"))
      #expect(address.wholeMatch(of: /http:\/\/127\.0\.0\.1:\d+/) != nil)

      let permissions = try FileManager.default.attributesOfItem(atPath: installation.tokens)[.posixPermissions] as? Int
      #expect(permissions == 0o600)
      let bytes = try #require(FileManager.default.contents(atPath: installation.tokens))
      let tokens = try #require(JSONValue.parse(Array(bytes)))
      for role in Role.allCases { #expect(tokens[role.rawValue]?.string?.hasPrefix("jb_pat_") == true, "\(role)") }

      let doctor = try await installation.program.run("doctor")
      #expect(doctor.status == 0, "\(doctor.out)\(doctor.err)")
      #expect(doctor.lines.count == 14)
      #expect(doctor.lines.allSatisfy { $0.hasPrefix("✓ ") })

      let board = try await installation.program.run(
        "challenge", "list", "--where", "origin=constructed", "--limit", "200", "--json")
      let states = Set(board.lines.compactMap { JSONValue.parse($0.utf8)?["status"]?.string })
      #expect(states == Set(Challenge.State.allCases.map(\.rawValue)))

      try await walkThrough(installation, address)
      try await sixtyDays(installation, address)

      #expect(!installation.servers.isEmpty)
      demo.send(signal: SIGINT)
      let end = try await demo.ended()
      #expect(end.status == 0 || end.status == 130, "\(end.err)")
      #expect(try await installation.isQuiet(), "the cluster stops with the last who uses it")

      // The next start is on the same data: what the walk-through registered is still counted.
      let (again, _) = try await installation.demo()
      #expect(again.err.contains("演示数据已在库中"))
      let year = String(Calendar(identifier: .gregorian).component(.year, from: Date()))
      let whole = try await installation.program.run("stats", "turnover", "--year", year)
      #expect(whole.lines.last?.split(separator: " ").first == "7")
      again.send(signal: SIGTERM)
      let secondEnd = try await again.ended()
      #expect(secondEnd.status == 0 || secondEnd.status == 130)
      #expect(try await installation.isQuiet())
    }
  }

  /// From a need to a counted contract, as the documentation has it.
  private func walkThrough(_ installation: PrivateInstallation, _ address: String) async throws {
    let before = try await installation.program.run("stats", "turnover")
    let script = try Share.folder() + "/Documentation/walkthrough.sh"
    var shell = Program("/bin/bash", environment: installation.program.environment)
    shell.environment.merge(["BASE": address, "JIEBANG": installation.program.path]) { $1 }
    let walk = try await shell.run(script)
    #expect(walk.status == 0, "\(walk.out)\(walk.err)")
    for line in [
      "   → not_found", "   → closed", "   → award_notice", "   → blocked", "   → awarded", "   → signed",
      "   → registered",
    ] {
      #expect(walk.lines.contains { $0 == line }, "\(line)")
    }
    let was = contracts(before.out), first = contracts(walk.out.components(separatedBy: "→ registered")[0]),
      last = contracts(walk.out)
    #expect(was == 6)
    #expect(first == was)
    #expect(last == was.map { $0 + 1 })
    let second = try await shell.run(script)
    #expect(second.status == 3, "a walk that was walked says so")
  }

  /// A challenge from its first notice to the subsidy, and what an outsider makes of the downloads.
  private func sixtyDays(_ installation: PrivateInstallation, _ address: String) async throws {
    var python = Program("/usr/bin/env", environment: installation.program.environment)
    python.environment.merge(["BASE": address, "JIEBANG": installation.program.path]) { $1 }
    let story = try await python.run(
      "python3", try Share.folder() + "/Documentation/sixty-days.py", deadline: .seconds(900))
    #expect(story.status == 0, "\(story.out)\(story.err)")
    for words in [
      "收到 5 份密封揭榜书", "1 人声明回避", "赛马", "题目状态:completed", "拨付补助", "前后相接,无一改动", "none missing, none changed",
      "五份回执的承诺值都在账本的开启记录中", "OCDS 发布项,前后相符",
    ] {
      #expect(story.out.contains(words), "\(words)")
    }
    let files = try #require(story.out.firstMatch(of: /核验\(([^)]+)\)/)?.1)
    try FileManager.default.removeItem(atPath: String(files))
  }

  /// The number at the head of the last line that is a row of the turnover.
  private func contracts(_ text: String) -> Int? {
    text.split(separator: "\n").last { $0.firstMatch(of: /^ *\d+ +\d+\.\d\d +\d+\.\d\d$/) != nil }.flatMap {
      $0.split(separator: " ").first.flatMap { Int($0) }
    }
  }

  @Test func an_import_beside_a_running_server_is_seen_by_it_and_leaves_it_running() async throws {
    try await PrivateInstallation.with { installation in
      let (server, address) = try await installation.serve()
      try await Folder.with { folder in
        let file = try folder.write("one.csv", text: "external_id,title,holder,region\nT1,示例成果,示例大学甲,450300\n")
        let imported = try await installation.program.run("import", "achievements", file)
        #expect(imported.status == 0, "\(imported.err)")
      }
      #expect(!installation.servers.isEmpty, "the server's cluster is still there")
      let ready = try await URLSession.shared.data(from: #require(URL(string: address + "/readyz"))).1
      #expect((ready as? HTTPURLResponse)?.statusCode == 200)
      server.send(signal: SIGINT)
      _ = try await server.ended()
      #expect(try await installation.isQuiet())
      let exported = try await installation.program.run("export", "achievements", "--json")
      #expect(exported.lines.count == 1)
      #expect(try await installation.isQuiet(), "a command that started the cluster stops it again")
    }
  }

  @Test func after_a_server_was_killed_the_next_start_takes_over_its_cluster() async throws {
    try await PrivateInstallation.with { installation in
      let (killed, _) = try await installation.serve()
      killed.send(signal: SIGKILL)
      #expect(try await killed.ended().status == -SIGKILL)
      #expect(!installation.servers.isEmpty, "nobody was left to stop it")
      let (next, address) = try await installation.serve()
      var status: Int?
      // The port is open before the match index has been read.
      for _ in 0..<600 where status != 200 {
        let ready = try await URLSession.shared.data(from: #require(URL(string: address + "/readyz"))).1
        status = (ready as? HTTPURLResponse)?.statusCode
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(status == 200)
      next.send(signal: SIGINT)
      _ = try await next.ended()
      #expect(try await installation.isQuiet())
    }
  }

  @Test func a_first_start_that_was_interrupted_is_taken_up_by_the_next() async throws {
    try await PrivateInstallation.with { installation in
      let interrupted = try installation.program.start("demo", "--port", "0")
      _ = try await interrupted.says("发布成果 20 %")
      interrupted.send(signal: SIGINT)
      let end = try await interrupted.ended()
      #expect(end.status == 130, "\(end.err)")
      #expect(!end.out.contains("jiebang is ready"))
      #expect(try await installation.isQuiet())
      let (next, _) = try await installation.demo()
      #expect(next.out.contains("\n5. "))
      let whole = try await installation.program.run("stats", "turnover")
      #expect(whole.lines.last?.split(separator: " ").first == "6")
      next.send(signal: SIGINT)
      _ = try await next.ended()
      #expect(try await installation.isQuiet())
    }
  }
}
