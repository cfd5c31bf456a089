import Foundation
import Market
import Postgres
import TestSupport
import Testing

@Suite struct LedgerCommandTests {
  /// The whole way of an outsider: three downloads, then no database, no server and no installation of ours.
  @Test func an_outsider_checks_a_ledger_by_its_downloads_alone() async throws {
    try await PrivateInstallation.with { installation in
      try await Folder.with { folder in
        let (running, address) = try await installation.serve("demo")
        let curl = Program("/usr/bin/curl")
        func download(_ path: String, _ name: String) async throws -> String {
          let outcome = try await curl.run("-sSf", "-o", "\(folder.path)/\(name)", "\(address)/api/v1/ledger/\(path)")
          #expect(outcome.status == 0, "\(outcome.err)")
          return "\(folder.path)/\(name)"
        }
        var size: Double = 0
        for _ in 0..<600 where size == 0 {
          try await Task.sleep(for: .milliseconds(50))
          let head = try await curl.run("-s", "\(address)/api/v1/ledger/head").out
          size = JSONValue.parse(head.utf8)?["head"]?["size"]?.number ?? 0
        }
        let head = try await download("head", "head.json"), key = try await download("key", "key.json")
        let export = try await download("export", "ledger.jsonl")
        let doctor = try await installation.program.run("doctor")
        #expect(doctor.out.contains("✓ ledger: ") && doctor.out.contains("✓ privileges: "), "\(doctor.out)")
        running.send(signal: SIGINT)
        #expect(try await running.ended().status == 0)

        let stranger = try jiebang()
        let good = try await stranger.run("ledger", "verify", export, "--key", key, "--head", head)
        #expect(good.status == 0 && good.out.hasPrefix("✓ ") && good.out.contains("前后相接"), "\(good)")
        let other = try await Program("/usr/bin/env").run(
          "python3", try Share.folder() + "/Documentation/verify.py", export, key, head)
        #expect(other.status == 0 && other.out.hasPrefix("OK: "), "\(other)")

        let lines = String(decoding: try Share.read(export), as: UTF8.self)
        let forged = try folder.write(
          "forged.jsonl", text: lines.replacing("published", with: "withdrawn", maxReplacements: 1))
        let bad = try await stranger.run("ledger", "verify", forged, "--key", key)
        #expect(bad.status == 7 && bad.out.contains("被改动") && bad.out.contains("evt_"), "\(bad)")
        let missing = try await stranger.run("ledger", "verify", folder.path + "/none", "--key", key)
        #expect(missing.status == 3)
        let nonsense = try await stranger.run("ledger", "verify", export, "--key", export)
        #expect(nonsense.status == 7)
      }
    }
  }

  @Test func heads_proofs_and_a_new_key_come_from_the_command_too() async throws {
    try await PrivateInstallation.with { installation in
      try await Folder.with { folder in
        let program = installation.program
        let (running, address) = try await installation.serve("demo")
        var event: String?
        for _ in 0..<600 where event == nil {
          try await Task.sleep(for: .milliseconds(50))
          let head = try await Program("/usr/bin/curl").run("-s", "\(address)/api/v1/ledger/head").out
          guard (JSONValue.parse(head.utf8)?["head"]?["size"]?.number ?? 0) > 0 else { continue }
          let feed = try await Program("/usr/bin/curl").run("-s", "\(address)/api/v1/events?limit=1").out
          event = JSONValue.parse(feed.utf8)?["items"]?.array?.first?["id"]?.string
        }
        let id = try #require(event)
        let proof = try folder.write("proof.json", text: try await program.run("ledger", "prove", id).out)
        let key = try folder.write("key.json", text: try await program.run("ledger", "key").out)
        let good = try await jiebang().run("ledger", "verify", proof, "--key", key)
        #expect(good.status == 0 && good.out.contains("事件在账本中"), "\(good)")
        let changed = try folder.write(
          "changed.json", text: String(decoding: try Share.read(proof), as: UTF8.self).replacing(id, with: "evt_x"))
        #expect(try await jiebang().run("ledger", "verify", changed, "--key", key).status == 7)

        let rotated = try await program.run("ledger", "key", "rotate", "--algorithm", "ed25519")
        #expect(rotated.status == 0 && rotated.lines.count == 1, "\(rotated)")
        let keys = try await program.run("ledger", "key").out
        #expect(JSONValue.parse(keys.utf8)?["keys"]?.array?.count == 2)
        let files = try FileManager.default.contentsOfDirectory(atPath: installation.home + "/keys").filter {
          $0.hasPrefix("ledger-")
        }
        #expect(files.count == 2 && files.contains("ledger-\(rotated.lines[0]).pem"))
        #expect(try await program.run("ledger", "key", "rotate", "--algorithm", "rsa").status == 64)
        #expect(try await program.run("ledger", "prove", "evt_x").status == 64)
        #expect(try await program.run("ledger", "prove", ID<Event>().text).status == 3)
        running.send(signal: SIGINT)
        _ = try await running.ended()
      }
    }
  }

  @Test func a_ledger_that_nobody_has_signed_has_no_head() async throws {
    try await TestDatabase.named { _, conninfo in
      let head = try await jiebang(on: conninfo).run("ledger", "head")
      #expect(head.status == 3 && head.out.isEmpty && head.err.contains("签名"))
      let export = try await jiebang(on: conninfo).run("ledger", "export")
      #expect(export.status == 0 && export.lines.count == 1)
    }
  }

  @Test func an_owner_of_the_tables_lets_another_role_in_and_the_doctor_agrees() async throws {
    try await TestDatabase.empty { owner, conninfo in
      let role = "app_\(UInt32.random(in: 0 ... .max))"
      try await owner.script("CREATE ROLE \(role) LOGIN")
      var program = try jiebang(on: conninfo + " user=\(role)")
      let refused = try await program.run("migrate", "up")
      #expect(refused.status != 0, "who does not own the schema cannot make tables")
      program.environment["JIEBANG_OWNER_URL"] = conninfo
      let migrated = try await program.run("migrate", "up")
      #expect(migrated.status == 0, "\(migrated.err)")
      let doctor = try await program.run("doctor")
      #expect(doctor.out.contains("✓ privileges: "), "\(doctor.out)")
      try await owner.script("DROP OWNED BY \(role); DROP ROLE \(role)")
    }
  }
}
