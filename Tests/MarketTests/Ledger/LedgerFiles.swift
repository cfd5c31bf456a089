import Foundation
import Postgres
import TestSupport

@testable import Market

/// What an outsider has of a ledger: the lines of its export and the document of its keys; and the two programs that check them.
struct LedgerFiles: Sendable {
  var lines: [JSONValue]
  var keys: JSONValue

  /// A world whose ledger is of a suite, with a folder of keys.
  static func world<T: Sendable>(
    _ suite: CipherSuite, _ body: @escaping @Sendable (World, LedgerKeyring) async throws -> T
  ) async throws -> T {
    try await TestDatabase.with { database in
      try await Folder.with { folder in
        try await database.transaction { tx in
          _ = try await tx.execute("SET LOCAL session_replication_role = replica")
          _ = try await tx.execute("UPDATE ledger SET suite = \(suite.rawValue)")
        }
        return try await body(try await World(database), LedgerKeyring(folder: folder.path + "/keys"))
      }
    }
  }

  init(of ledger: Ledger) async throws {
    let text = Shared<[UInt8]>([])
    try await ledger.export { bytes in text.change { $0 += bytes } }
    lines = text.value.split(separator: 0x0A).compactMap { JSONValue.parse($0) }
    keys = JSONValue.parse(try await ledger.keyDocument()) ?? .null
  }

  /// Where the line of an event or a head is.
  func index(event seq: Int) -> Int { lines.firstIndex { $0["seq"]?.integer == seq } ?? 0 }
  func index(head number: Int) -> Int { lines.firstIndex { $0["head"]?["number"]?.integer == number } ?? 0 }

  /// What our verifier says; nil when all is well.
  func fault(kept: JSONValue? = nil) -> String? {
    do throws(LedgerFault) {
      var verifier = try LedgerVerifier(keys: keys)
      if let kept { try verifier.expect(kept) }
      for line in lines { try verifier.read(line.canonical) }
      try verifier.finish()
      return nil
    } catch { return error.description }
  }

  /// What the other verifier says; nil when all is well. It is not ours to believe where there is no `python3`.
  func otherFault(kept: JSONValue? = nil) async throws -> String? {
    try await Folder.with { folder in
      let export = try folder.write("ledger.jsonl", lines.flatMap { $0.canonical + [0x0A] })
      var words = [
        try Share.folder() + "/Documentation/verify.py", export, try folder.write("key.json", keys.canonical),
      ]
      if let kept { words.append(try folder.write("head.json", kept.canonical)) }
      let said = try await Program("/usr/bin/env").run(["python3"] + words)
      return said.status == 0 && said.out.hasPrefix("OK: ") ? nil : said.err + said.out
    }
  }
}

extension JSONValue {
  /// The same object with a member changed; taken away for nil.
  func with(_ name: String, _ value: JSONValue?) -> JSONValue {
    var members = self.members ?? [:]
    members[name] = value
    return .object(members)
  }
}
