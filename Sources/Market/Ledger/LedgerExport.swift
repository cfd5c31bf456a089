import Postgres

extension Ledger {
  /// Everything up to the newest head as JSON lines in canonical form: the ledger's name, its keys, then events with each head
  /// behind the last event it holds. An event that not everybody may see is its hash alone.
  /// - Parameter write: is given some lines at a time.
  public func export(_ write: ([UInt8]) async throws -> Void) async throws {
    var lines = try await keys().reduce(into: JSONValue.object(["ledger": name.json]).canonical + [0x0A]) {
      $0 += $1.json.canonical + [0x0A]
    }
    guard let last = try await head() else { return try await write(lines) }
    var size = 0, heads = try await heads("size = 0")[...]
    repeat {
      let rows = try await leaves(after: size, upTo: last.size)
      heads += try await self.heads(
        "size > \(Int64(size)) AND size <= \(Int64(size + rows.count)) AND number <= \(Int64(last.number)) ORDER BY number"
      )
      for row in rows {
        while let head = heads.first, head.size <= size { lines += heads.removeFirst().json.canonical + [0x0A] }
        lines += Self.line(row).canonical + [0x0A]
        size += 1
      }
      if rows.isEmpty || size == last.size {
        for head in heads { lines += head.json.canonical + [0x0A] }
        heads = []
      }
      try await write(lines)
      lines = []
      if rows.isEmpty, size < last.size { throw Damage.missing(last.size - size) }
    } while size < last.size
  }

  /// A leaf as its row has it, beside what its event says today.
  struct StoredLeaf: Sendable {
    let seq: Int
    let hash: MerkleTree.Hash
    let leaf: LedgerLeaf
  }

  func leaves(after seq: Int, upTo last: Int, limit: Int = 1000) async throws -> [StoredLeaf] {
    let rows = try await database.query(
      """
      SELECT l.seq, l.hash, l.salt, \(sql: LedgerLeaf.columns) FROM ledger_leaves l JOIN events e USING (position)
      WHERE l.seq > \(Int64(seq)) AND l.seq <= \(Int64(last)) ORDER BY l.seq LIMIT \(limit)
      """)
    return try rows.map { row throws(DecodingFailure) in
      var c = row.columns
      let seq: Int = try c.next(), hash = try c.next(Bytea.self).bytes, salt = try c.next(Bytea.self).bytes
      return StoredLeaf(seq: seq, hash: hash, leaf: try LedgerLeaf(&c, salt: salt, tree))
    }
  }

  static func line(_ stored: StoredLeaf) -> JSONValue {
    var members: [String: JSONValue] = ["hash": .string(stored.hash.hex), "seq": .number(Double(stored.seq))]
    if stored.leaf.isPublic { members["event"] = stored.leaf.content }
    return .object(members)
  }
}
