import Postgres

/// A key that signs heads, vouched for by the key before it; the first one vouches for itself.
public struct LedgerKey: Signed {
  static let word = "key"

  public let id: String
  public let publicKey: PublicKey
  let previous: String?
  let content: JSONValue
  let signature: [UInt8]

  init(
    _ name: LedgerName, number: Int, publicKey: PublicKey, at: Instant, previous: String?,
    sign: ([UInt8]) throws(CryptoError) -> [UInt8]
  ) throws(CryptoError) {
    content = .object([
      "algorithm": .string(publicKey.algorithm.rawValue), "at": .string(at.text), "id": .string(publicKey.id),
      "ledger": .string(name.id), "number": .number(Double(number)), "previous": previous.map { .string($0) } ?? .null,
      "public_key": .string(try publicKey.pem()),
    ])
    (id, self.publicKey, self.previous) = (publicKey.id, publicKey, previous)
    signature = try sign(content.canonical)
  }

  /// Reads `{"key": …, "signature": …}`; nil when it is not of this form and this ledger, or the id is not that of the key. The
  /// signature is not checked.
  init?(_ json: JSONValue, of ledger: String) {
    guard let content = json[Self.word], let signature = json["signature"]?.base64, content["ledger"]?.string == ledger,
      let pem = content["public_key"]?.string, let publicKey = try? PublicKey(pem: pem),
      content["id"]?.string == publicKey.id, content["algorithm"]?.string == publicKey.algorithm.rawValue
    else { return nil }
    (id, self.publicKey, self.content, self.signature) = (publicKey.id, publicKey, content, signature)
    previous = content["previous"]?.string
  }
}

extension Ledger {
  /// Every key that has ever signed, the oldest first.
  public func keys() async throws -> [LedgerKey] {
    let rows = try await database.query(
      "SELECT number, public_key, at, previous, signature FROM ledger_keys ORDER BY number")
    return try rows.map { row in
      var c = row.columns
      let number: Int = try c.next(), key = try PublicKey(pem: try c.next()), at: Instant = try c.next()
      let previous: String? = try c.next(), signature = try c.next(Bytea.self).bytes
      return try LedgerKey(name, number: number, publicKey: key, at: at, previous: previous) { _ in signature }
    }
  }

  /// What an outsider needs to check everything else: `{"keys": […], "ledger": …}` in canonical form.
  public func keyDocument() async throws -> [UInt8] {
    let keys = try await keys()
    return JSONValue.object(["keys": .array(keys.map(\.json)), "ledger": name.json]).canonical
  }

  /// Takes a key into the ledger, vouched for by the key before it. False when another has taken that place meanwhile.
  func add(_ key: PrivateKey, after last: LedgerKey?, number: Int, signedBy signer: PrivateKey) async throws -> Bool {
    guard let row = try await database.query("SELECT market_now()").first else { return false }
    let at: Instant = try row.get(0)
    let added = try LedgerKey(
      name, number: number, publicKey: try key.publicKey(), at: at, previous: last?.id, sign: signer.sign)
    let kept = try await database.execute(
      """
      INSERT INTO ledger_keys (number, id, algorithm, public_key, at, previous, signature)
      VALUES (\(Int32(number)), \(added.id), \(key.algorithm.rawValue), \(try added.publicKey.pem()), \(at), \(last?.id),
        \(Bytea(added.signature))) ON CONFLICT DO NOTHING
      """)
    return kept.affected == 1
  }
}

extension LedgerName {
  /// Under what name, by what rules: the first line of an export says it, and so does the document of the keys.
  var json: JSONValue {
    .object(["format": .number(1), "id": .string(id), "suite": .string(suite.rawValue)])
  }

  init?(_ json: JSONValue?) {
    guard let json, json["format"]?.integer == 1, let id = json["id"]?.string,
      let suite = json["suite"]?.string.flatMap(CipherSuite.init)
    else { return nil }
    (self.id, self.suite) = (id, suite)
  }
}
