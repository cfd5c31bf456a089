import Postgres

extension Ledger {
  /// That an event is in the ledger: its number, its hash, the path to the root of the newest head, and that head; with the event
  /// itself where the reader may see it. In canonical form, for ``LedgerVerifier/verify(proof:)``.
  /// - Parameter reader: whose eyes. Nil finds every event, and shows what everybody may see.
  /// - Returns: nil when there is no such event for this reader.
  /// - Throws: ``NotSealed`` while no head holds it.
  public func proof(of event: ID<Event>, as reader: Caller?) async throws -> [UInt8]? {
    try await sequence()
    let visible = reader.map(EventLog.visible) ?? "true"
    let rows = try await database.query(
      """
      SELECT l.seq, l.salt, l.hash, \(sql: LedgerLeaf.columns) FROM events e JOIN ledger_leaves l USING (position)
      WHERE e.id = \(event) AND \(sql: visible)
      """)
    guard let row = rows.first else { return nil }
    var c = row.columns
    let seq: Int = try c.next(), salt = try c.next(Bytea.self).bytes, hash = try c.next(Bytea.self).bytes
    let leaf = try LedgerLeaf(&c, salt: salt, tree)
    guard let head = try await head(), head.size >= seq else { throw NotSealed() }
    let path = try await roots(of: MerkleTree.inclusion(of: seq - 1, in: head.size), in: database)
    return JSONValue.object([
      "event": reader != nil || leaf.isPublic ? leaf.content : .null, "hash": .string(hash.hex),
      "head": head.content, "ledger": name.json, "path": .array(path.map { .string($0.hex) }),
      "seq": .number(Double(seq)), "signature": .string(Base64.encode(head.signature)),
    ]).canonical
  }

  /// That the ledger of `from` events is the beginning of the ledger of `to`. In canonical form, for
  /// ``LedgerVerifier/verify(consistency:with:)``; with the head of that size where one was signed.
  /// - Parameter to: the size of the newest head unless told.
  public func consistency(from: Int, to: Int?) async throws -> [UInt8] {
    guard let newest = try await head() else { throw NotSealed() }
    let to = to ?? newest.size
    guard (0...newest.size).contains(to) else { throw Self.outside("to", newest.size) }
    guard (0...to).contains(from) else { throw Self.outside("from", to) }
    let path = try await roots(of: MerkleTree.consistency(from: from, to: to), in: database)
    var members: [String: JSONValue] = [
      "from": .number(Double(from)), "ledger": name.json, "path": .array(path.map { .string($0.hex) }),
      "to": .number(Double(to)),
    ]
    if let head = try await heads("size = \(Int64(to))").first {
      members["head"] = head.content
      members["signature"] = .string(Base64.encode(head.signature))
    }
    return JSONValue.object(members).canonical
  }

  private static func outside(_ name: String, _ most: Int) -> Refusal {
    .badParameter(name: name, detail: Phrase("应为 0 至 \(most)", "must be 0 to \(most)"))
  }

  /// No head is signed that holds what was asked for; one will be within a second while a server runs.
  public struct NotSealed: Error, CustomStringConvertible {
    public var description: String { "no signed head holds it yet" }
  }
}
