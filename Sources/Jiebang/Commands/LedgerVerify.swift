import ArgumentParser
import Market

extension LedgerCommand {
  /// Needs nothing but the downloads: no database, no server, no installation.
  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "核验 · check an export or a proof by the downloads alone; exit code 7 names what is wrong",
      discussion: """
        jiebang ledger verify ledger.jsonl --key key.json
        jiebang ledger verify ledger.jsonl --key key.json --head head-of-last-year.json
        jiebang ledger verify proof.json --key key.json
        """)
    @Argument(help: "下载的账本或证明 · the export, or a proof") var file: String
    @Option(help: "下载的公钥文件 · the document of the keys") var key: String
    @Option(help: "先前下载的签名,账本须包含它 · a head kept from before, which must still hold") var head: String?

    func run() async throws {
      try await command {
        do { try check() } catch let fault as LedgerFault {
          let line = fault.line.map { Console.pick(Phrase("第 \($0) 行:", "line \($0): ")) } ?? ""
          Console.out("✗ \(file): \(line)\(Console.pick(fault.phrase))")
          throw ExitCode(7)
        }
      }
    }

    private func check() throws {
      var verifier = try LedgerVerifier(keys: try json(key))
      let kept = try head.map(json)
      if let proof = JSONValue.parse(try NamedFile.firstLine(file)), proof["path"] != nil {
        if proof["seq"] != nil {
          let seq = try verifier.verify(proof: proof)
          return good(Phrase("第 \(seq) 号事件在账本中", "event \(seq) is in the ledger"))
        }
        guard let kept else {
          throw ValidationError(
            Phrase("核验续写证明须用 --head 给出先前的签名", "a proof of consistency needs --head, the older head"))
        }
        try verifier.verify(consistency: proof, with: kept)
        return good(Phrase("账本只续写、未改写", "the ledger has only grown"))
      }
      if let kept { try verifier.expect(kept) }
      try NamedFile.lines(file) { try verifier.read($0) }
      try verifier.finish()
      good(
        Phrase(
          "\(verifier.size) 个事件、\(verifier.heads) 个签名,前后相接,无一改动",
          "\(verifier.size) events under \(verifier.heads) signed heads, none missing, none changed"))
    }

    private func good(_ phrase: Phrase) { Console.out("✓ \(file): \(Console.pick(phrase))") }

    private func json(_ path: String) throws -> JSONValue {
      guard let json = JSONValue.parse(try NamedFile.read(path)) else {
        throw LedgerFault("\(path) 不是 JSON", "\(path) is not JSON")
      }
      return json
    }
  }
}
