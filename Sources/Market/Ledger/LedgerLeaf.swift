import Postgres

/// What one event is in the ledger: a text that shows what the public may see of it and commits to the rest.
struct LedgerLeaf: Sendable {
  /// The place of the event's row.
  let position: Int64
  let id: ID<Event>
  /// Whether everybody may see it; otherwise the hash stands alone.
  let isPublic: Bool
  let salt: [UInt8]
  let content: JSONValue
  let hash: MerkleTree.Hash

  /// The columns that ``init(_:salt:_:)`` reads, of an events row called `e`. What is not shown is taken as the row has it, without
  /// its nulls: a column that a later version adds is covered from then on and changes nothing before.
  static let columns: SQL = """
    e.position, e.id, e.at, e.kind, e.object_id, e.action, e.from_state, e.to_state, e.version, e.actor_role, e.payload,
    e.public AND NOT e.sealed, jsonb_strip_nulls(to_jsonb(e) - '{position,at,payload}'::text[])
    """

  /// - Parameter salt: chance that is told to nobody, so that what is not shown cannot be found by trying.
  init(_ c: inout ColumnReader, salt: [UInt8], _ tree: MerkleTree) throws(DecodingFailure) {
    position = try c.next()
    let id: ID<Event> = try c.next()
    let at: Instant = try c.next(), kind: String = try c.next(), object = try c.next(ID<Anything>.self).bits
    let action: String = try c.next(), from: String? = try c.next(), to: String? = try c.next()
    let version: Int = try c.next(), actor: String = try c.next()
    let payload = try c.next(JSONB.self).bytes
    isPublic = try c.next()
    let rest = try c.next(JSONB.self).bytes
    content = .object([
      "id": .string(id.text), "at": .string(at.text), "type": .string("\(kind).\(action)"),
      "object": .string(Event.prefixes[kind, default: "obj"] + "_" + ULID.encode(object)),
      "from": from.map { .string($0) } ?? .null, "to": to.map { .string($0) } ?? .null,
      "version": .number(Double(version)), "actor": .string(actor), "data": Self.value(payload),
      "rest": .string(tree.algorithm.hash(salt + Self.value(rest).canonical).hex),
    ])
    (self.id, self.salt, hash) = (id, salt, tree.leaf(content.canonical))
  }

  /// A value that our reader does not take, such as one nested too deep, is hashed as the database writes it: no event may hold up
  /// those behind it.
  private static func value(_ json: [UInt8]) -> JSONValue {
    JSONValue.parse(json) ?? .string(String(decoding: json, as: UTF8.self))
  }
}
