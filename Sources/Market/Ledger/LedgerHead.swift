import Postgres

/// A signed head: how large the ledger was at a moment, and the root that holds all of it. Heads are numbered from 1, and each names
/// the hash of the one before it, so that none can be left out.
public struct LedgerHead: Signed {
  static let word = "head"

  public let number: Int
  public let size: Int
  public let root: MerkleTree.Hash
  public let key: String
  let content: JSONValue
  let signature: [UInt8]
  let name: LedgerName

  /// What the next head calls this one.
  var hash: MerkleTree.Hash { name.suite.hash.hash(content.canonical) }

  init(
    _ name: LedgerName, number: Int, size: Int, root: MerkleTree.Hash, at: Instant, key: String,
    previous: MerkleTree.Hash?, sign: ([UInt8]) throws(CryptoError) -> [UInt8]
  ) throws(CryptoError) {
    content = .object([
      "at": .string(at.text), "key": .string(key), "ledger": .string(name.id), "number": .number(Double(number)),
      "previous": previous.map { .string($0.hex) } ?? .null, "root": .string(root.hex), "size": .number(Double(size)),
      "suite": .string(name.suite.rawValue),
    ])
    (self.name, self.number, self.size, self.root, self.key) = (name, number, size, root, key)
    signature = try sign(content.canonical)
  }

  /// Reads `{"head": …, "signature": …}`; nil when it is not of this form and this ledger. The signature is not checked.
  init?(_ json: JSONValue, of name: LedgerName) {
    guard let content = json[Self.word], let signature = json["signature"]?.base64,
      content["ledger"]?.string == name.id, content["suite"]?.string == name.suite.rawValue,
      let number = content["number"]?.integer, let size = content["size"]?.integer,
      let root = content["root"]?.hex, let key = content["key"]?.string
    else { return nil }
    (self.name, self.content, self.signature) = (name, content, signature)
    (self.number, self.size, self.root, self.key) = (number, size, root, key)
  }

  var previous: MerkleTree.Hash? { content["previous"]?.hex }

  /// `{"head": …, "signature": …}` in canonical form.
  public var bytes: [UInt8] { json.canonical }
}

extension Ledger {
  /// The newest head; nil before the first was signed.
  public func head() async throws -> LedgerHead? { try await heads("true ORDER BY number DESC LIMIT 1").first }

  func heads(_ condition: SQL) async throws -> [LedgerHead] {
    let rows = try await database.query(
      "SELECT number, size, root, at, key, previous, signature FROM ledger_heads WHERE \(sql: condition)")
    return try rows.map { row in
      var c = row.columns
      let number: Int = try c.next(), size: Int = try c.next(), root = try c.next(Bytea.self).bytes
      let at: Instant = try c.next(), key: String = try c.next(), previous = try c.next(Bytea.self).bytes
      let signature = try c.next(Bytea.self).bytes
      return try LedgerHead(
        name, number: number, size: size, root: root, at: at, key: key, previous: previous.isEmpty ? nil : previous
      ) { _ in signature }
    }
  }

  /// Signs a head over everything that is numbered, unless the newest head holds it already.
  /// - Returns: the new head; nil when there was nothing to sign or another server was quicker.
  @discardableResult
  public func seal(with signer: LedgerSigner) async throws -> LedgerHead? {
    let last = try await head()
    let rows = try await database.query(
      "SELECT (SELECT coalesce(max(seq), 0) FROM ledger_leaves), market_now()")
    guard let row = rows.first, case let size = try row.get(0, as: Int.self), size > last?.size ?? -1 else {
      return nil
    }
    let root = size == 0 ? tree.empty : try await roots(of: [0..<size], in: database)[0]
    let at: Instant = try row.get(1)
    let head = try LedgerHead(
      name, number: (last?.number ?? 0) + 1, size: size, root: root, at: at, key: signer.id, previous: last?.hash,
      sign: signer.key.sign)
    let kept = try await database.execute(
      """
      INSERT INTO ledger_heads (number, size, root, at, key, previous, signature)
      VALUES (\(Int64(head.number)), \(Int64(size)), \(Bytea(root)), \(at), \(signer.id), \(Bytea(last?.hash ?? [])),
        \(Bytea(head.signature))) ON CONFLICT DO NOTHING
      """)
    return kept.affected == 1 ? head : nil
  }
}
