import Postgres

extension Ledger {
  /// Gives every event that has been committed its place. Whoever needs the order calls it first: it does nothing when nothing
  /// waits, several may call it at once, and one that is killed leaves nothing half.
  ///
  /// An event's place is taken after its commit, under a lock, so that nothing can appear behind a reader later. Of two events the
  /// one that the other could know of comes first: it was committed, and its position taken, before the other's row was written.
  /// - Returns: how many were placed.
  @discardableResult
  public func sequence() async throws -> Int {
    var placed = 0
    while try await database.query("SELECT FROM unsequenced_events LIMIT 1").count > 0 {
      let count = try await placeNext()
      placed += count
      // Fewer than a full step: what has come since is the next caller's.
      guard count == Self.step else { break }
    }
    return placed
  }

  private static let step = 2000
  private static let lock: Int64 = 7_305_012_987

  private func placeNext() async throws -> Int {
    try await database.transaction { tx in
      let answers = try await tx.batch([
        "SELECT pg_advisory_xact_lock(\(Self.lock))",
        """
        WITH taken AS (
          DELETE FROM unsequenced_events WHERE position IN (
            SELECT position FROM unsequenced_events ORDER BY position LIMIT \(Self.step))
          RETURNING position)
        SELECT \(sql: LedgerLeaf.columns) FROM taken JOIN events e USING (position)
        WHERE NOT EXISTS (SELECT FROM ledger_leaves l WHERE l.position = e.position) ORDER BY e.position
        """,
        "SELECT coalesce(max(seq), 0) FROM ledger_leaves",
      ])
      let leaves = try answers[1].map { row throws(DecodingFailure) in
        var c = row.columns
        return try LedgerLeaf(&c, salt: Crypto.random(16), tree)
      }
      guard !leaves.isEmpty, let size = try answers[2].first?.get(0, as: Int.self) else { return 0 }
      try await append(leaves, after: size, tx)
      return leaves.count
    }
  }

  private func append(_ leaves: [LedgerLeaf], after size: Int, _ tx: Transaction) async throws {
    let edge = Subtree.covering(0..<size), known = try await hashes(of: edge, in: tx)
    var frontier = Frontier(tree, size: size, subtrees: edge.compactMap { known[$0] })
    var nodes: [(Subtree, MerkleTree.Hash)] = []
    for leaf in leaves {
      frontier.append(leaf.hash) { subtree, hash in
        if subtree.level == subtree.keptLevel { nodes.append((subtree, hash)) }
      }
    }
    _ = try await tx.batch([
      """
      INSERT INTO ledger_leaves (seq, position, suite, salt, hash)
      SELECT \(Int64(size)) + o, p, \(suite.rawValue), s, h
      FROM unnest(\(leaves.map(\.position)), \(leaves.map { Bytea($0.salt) }), \(leaves.map { Bytea($0.hash) }))
        WITH ORDINALITY AS u(p, s, h, o)
      """,
      """
      INSERT INTO ledger_nodes (level, index, hash)
      SELECT * FROM unnest(\(nodes.map { Int16($0.0.level) }), \(nodes.map { Int64($0.0.index) }), \(nodes.map { Bytea($0.1) }))
      """,
      // One message a step and not one a write: a commit that notifies waits for every other that does.
      "SELECT pg_notify(\(Self.channel), \(String(frontier.size)))",
    ])
  }

  /// Where it is told, by its new size, that the ledger has grown.
  public static let channel = "ledger"
}
