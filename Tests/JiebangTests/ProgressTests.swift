import Foundation
import TestSupport
import Testing

@Suite struct ProgressTests {
  private static let rows =
    "title,holder,region\n"
    + (1...3000).map { "示例成果\($0),示例大学甲,450300\n" }.joined()

  @Test func into_a_file_progress_is_whole_lines_and_apart_from_the_data() async throws {
    try await TestDatabase.named { _, conninfo in
      try await Folder.with { folder in
        let file = try folder.write("many.csv", text: Self.rows)
        let outcome = try await jiebang(on: conninfo).run("import", "achievements", file)
        #expect(outcome.status == 0)
        #expect(outcome.out == "共 3000 行,写入 3000 行,有问题 0 行\n")
        #expect(!outcome.err.contains("\r"))
        #expect(outcome.err.contains("检查 100 % (3000/3000)\n"))
        #expect(outcome.err.hasSuffix("写入 100 % (3000/3000)\n"))
      }
    }
  }

  @Test func on_a_terminal_it_is_one_line_that_fills() async throws {
    let script = Program("/usr/bin/script", environment: ["SHELL": "/bin/sh"])
    try #require(
      FileManager.default.isExecutableFile(atPath: script.path), "script (bsdutils) gives a program a terminal")
    try await TestDatabase.named { _, conninfo in
      try await Folder.with { folder in
        let file = try folder.write("many.csv", text: Self.rows)
        var terminal = script
        let program = try jiebang(on: conninfo)
        terminal.environment.merge(program.environment) { $1 }
        let outcome = try await terminal.run("-qec", "'\(program.path)' import achievements '\(file)'", "/dev/null")
        #expect(outcome.status == 0, "\(outcome.out)")
        #expect(outcome.out.contains("\r检查 "))
        #expect(outcome.out.contains("█"))
        #expect(outcome.out.contains("\(String(repeating: "█", count: 30)) 100 % (3000/3000)"))
      }
    }
  }
}
