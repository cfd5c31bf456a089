import Postgres

/// The sealed ledger: the events of the market once each, in one order, in a Merkle tree whose heads are signed.
public struct Ledger: Sendable {
  let database: Database
  /// What this ledger is called in everything it signs.
  public let id: String
  public let suite: CipherSuite

  public var tree: MerkleTree { MerkleTree(suite.hash) }
}

/// What answers a statement: a database for one that stands alone, a transaction for one that belongs to others.
protocol Answering: Sendable {
  func query(_ sql: SQL) async throws(PostgresError) -> Rows
}

extension Database: Answering {}
extension Transaction: Answering {}

extension Ledger {
  /// The roots of ranges of leaves that have been sequenced, each from kept nodes: at most 255 rows a level, in two questions.
  func roots(of ranges: [Range<Int>], in source: any Answering) async throws -> [MerkleTree.Hash] {
    let subtrees = try await hashes(of: ranges.flatMap(Subtree.covering), in: source)
    return ranges.map { range in tree.root(Subtree.covering(range).map { subtrees[$0, default: []] }) }
  }

  func hashes(of subtrees: [Subtree], in source: any Answering) async throws -> [Subtree: MerkleTree.Hash] {
    let wanted = Set(
      subtrees.flatMap { subtree in
        subtree.keptNodes.map { Subtree(level: subtree.keptLevel, index: $0) }
      })
    var kept: [Subtree: MerkleTree.Hash] = [:]
    func take(_ rows: Rows) throws {
      for row in rows {
        kept[Subtree(level: Int(try row.get(0, as: Int16.self)), index: Int(try row.get(1, as: Int64.self)))] =
          try row.get(2, as: Bytea.self).bytes
      }
    }
    let leaves = wanted.filter { $0.level == 0 }.map { Int64($0.index + 1) }
    let nodes = wanted.filter { $0.level > 0 }
    if !leaves.isEmpty {
      try take(
        try await source.query("SELECT 0::int2, seq - 1, hash FROM ledger_leaves WHERE seq = ANY(\(leaves))"))
    }
    if !nodes.isEmpty {
      try take(
        try await source.query(
          """
          SELECT level, index, hash FROM ledger_nodes
          WHERE (level, index) IN (SELECT * FROM unnest(\(nodes.map { Int16($0.level) }), \(nodes.map { Int64($0.index) })))
          """))
    }
    guard kept.count == wanted.count else { throw Damage.missing(wanted.count - kept.count) }
    return Dictionary(
      uniqueKeysWithValues: Set(subtrees).map { subtree in
        var level = subtree.keptNodes.compactMap { kept[Subtree(level: subtree.keptLevel, index: $0)] }
        while level.count > 1 {
          level = stride(from: 0, to: level.count, by: 2).map { tree.node(level[$0], level[$0 + 1]) }
        }
        return (subtree, level[0])
      })
  }

  /// The tables of the ledger are not whole.
  enum Damage: Error, CustomStringConvertible {
    case missing(Int)
    var description: String {
      switch self {
      case .missing(let count): "\(count) hashes are missing from the ledger: run `jiebang doctor`"
      }
    }
  }
}
