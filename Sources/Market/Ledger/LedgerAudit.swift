import Postgres

extension Ledger {
  /// Compares the tables with the ledger: every event with its leaf, the leaves with the kept nodes, the heads with both. It finds
  /// whoever changed rows past the database's guards, though not one who also holds the signing key: that takes a head which
  /// somebody else has kept.
  /// - Returns: what does not fit; at most a dozen.
  public func audit() async throws -> [LedgerFault] {
    try await sequence()
    var faults = try await forgotten()
    do {
      if let head = try await head() { try await compare(upTo: head, &faults) }
    } catch let fault as LedgerFault { faults.append(LedgerFault(fault.phrase.zh, fault.phrase.en)) }
    return Array(faults.prefix(12))
  }

  private func forgotten() async throws -> [LedgerFault] {
    let rows = try await database.query(
      """
      SELECT e.id FROM events e WHERE NOT EXISTS (SELECT FROM ledger_leaves l WHERE l.position = e.position)
        AND NOT EXISTS (SELECT FROM unsequenced_events u WHERE u.position = e.position) LIMIT 12
      """)
    return try rows.map { row throws(DecodingFailure) in
      let id: ID<Event> = try row.get(0)
      return LedgerFault("事件 \(id) 没有编号,也不在待编号之列", "event \(id) has no number and waits for none")
    }
  }

  private func compare(upTo head: LedgerHead, _ faults: inout [LedgerFault]) async throws {
    guard let keys = JSONValue.parse(try await keyDocument()) else { return }
    var verifier = try LedgerVerifier(keys: keys), frontier = Frontier(tree)
    var nodes = try await keptNodes(), heads = try await heads("true ORDER BY number")[...]
    try verifier.read(.object(["ledger": name.json]))
    var size = 0
    while size < head.size || !heads.isEmpty {
      while let head = heads.first, head.size == size { try verifier.read(heads.removeFirst().json) }
      if size >= head.size { break }
      let rows = try await leaves(after: size, upTo: min(heads.first?.size ?? head.size, head.size))
      guard !rows.isEmpty else { throw LedgerFault("缺少第 \(size + 1) 号事件", "event \(size + 1) is missing") }
      for row in rows {
        if row.leaf.hash != row.hash {
          faults.append(
            LedgerFault("第 \(row.seq) 号事件 \(row.leaf.id) 被改动", "event \(row.seq), \(row.leaf.id), has been changed"))
        }
        try verifier.read(.object(["seq": .number(Double(row.seq)), "hash": .string(row.hash.hex)]))
        frontier.append(row.hash) { subtree, hash in
          if subtree.level == subtree.keptLevel, nodes.removeValue(forKey: subtree) != hash {
            faults.append(LedgerFault("账本的中间结点被改动", "node \(subtree.index) of level \(subtree.level) has been changed"))
          }
        }
      }
      size += rows.count
    }
  }

  private func keptNodes() async throws -> [Subtree: MerkleTree.Hash] {
    let rows = try await database.query("SELECT level, index, hash FROM ledger_nodes")
    return try rows.reduce(into: [:]) { nodes, row in
      nodes[Subtree(level: Int(try row.get(0, as: Int16.self)), index: try row.get(1))] =
        try row.get(2, as: Bytea.self).bytes
    }
  }
}
