/// Checks a ledger from its public files alone. It knows no database and believes no server: only the keys it is given, and those
/// that they vouch for.
public struct LedgerVerifier: Sendable {
  public let name: LedgerName
  private var trusted: [String: PublicKey] = [:]
  private var line = 0
  private var frontier: Frontier
  private var last: LedgerHead?
  private var kept: LedgerHead?

  /// - Parameter keys: the document that `/api/v1/ledger/key` gives. Its first key is believed; the others are vouched for.
  public init(keys document: JSONValue) throws(LedgerFault) {
    guard let name = LedgerName(document["ledger"]), let keys = document["keys"]?.array, !keys.isEmpty else {
      throw LedgerFault("密钥文件的格式不对", "the key file is not a document of keys")
    }
    self.name = name
    frontier = Frontier(name.tree)
    for key in keys { try trust(key) }
  }

  /// How much has been read: events, and the number of the last head.
  public var size: Int { frontier.size }
  public var heads: Int { last?.number ?? 0 }

  /// Remembers a head that was downloaded before: the export must contain it.
  public mutating func expect(_ json: JSONValue) throws(LedgerFault) { kept = try signed(json) }

  // MARK: An export, line by line

  public mutating func read(_ text: [UInt8]) throws(LedgerFault) {
    guard let json = JSONValue.parse(text) else {
      line += 1
      throw fault("不是 JSON", "is not JSON")
    }
    try read(json)
  }

  mutating func read(_ json: JSONValue) throws(LedgerFault) {
    line += 1
    if line == 1 {
      guard LedgerName(json["ledger"]) == name else {
        throw fault("不是这个密钥的账本", "is not the ledger that the keys are of")
      }
    } else if json["seq"] != nil {
      try read(event: json)
    } else if json[LedgerHead.word] != nil {
      try read(head: json)
    } else if json[LedgerKey.word] != nil {
      try trust(json)
    } else {
      throw fault("既不是事件,也不是签名或密钥", "is neither an event nor a head nor a key")
    }
  }

  private mutating func read(event json: JSONValue) throws(LedgerFault) {
    guard let seq = json["seq"]?.integer, let hash = json["hash"]?.hex, hash.count == HashAlgorithm.size else {
      throw fault("事件的格式不对", "is not in the form of an event")
    }
    let next = frontier.size + 1
    guard seq >= next else { throw fault("第 \(seq) 号事件重复或次序颠倒", "event \(seq) comes twice or too late") }
    guard seq == next else { throw fault("缺少第 \(next) 号事件", "event \(next) is missing") }
    if let event = json["event"], name.tree.leaf(event.canonical) != hash {
      let id = event["id"]?.string ?? "-"
      throw fault("第 \(seq) 号事件 \(id) 被改动", "event \(seq), \(id), is not what its hash says")
    }
    frontier.append(hash)
  }

  private mutating func read(head json: JSONValue) throws(LedgerFault) {
    guard let stated = LedgerHead(json, of: name) else { throw fault("签名的格式不对", "is not in the form of a head") }
    let next = heads + 1
    guard stated.number >= next else {
      throw fault("第 \(stated.number) 号签名重复或次序颠倒", "head \(stated.number) comes twice or too late")
    }
    guard stated.number == next else { throw fault("缺少第 \(next) 号签名", "head \(next) is missing") }
    let head = try signed(json)
    guard head.previous == last?.hash else {
      throw fault("第 \(next) 号签名所接的不是前一个签名", "head \(next) does not follow the head before it")
    }
    guard head.size == frontier.size else {
      throw fault(
        "第 \(next) 号签名含 \(head.size) 个事件,文件中此处有 \(frontier.size) 个",
        "head \(next) is of \(head.size) events, and \(frontier.size) stand before it")
    }
    guard head.root == frontier.root else {
      let first = (last?.size ?? 0) + 1
      throw fault(
        "第 \(first) 至 \(head.size) 号事件中有与第 \(next) 号签名不符的",
        "among events \(first) to \(head.size) is one that head \(next) was not signed over")
    }
    if let kept, kept.number == head.number, kept.hash != head.hash {
      throw fault("第 \(next) 号签名与先前下载的不同", "head \(next) is not the one that was downloaded before")
    }
    last = head
  }

  /// The end of the file.
  public func finish() throws(LedgerFault) {
    guard let last else { throw LedgerFault("文件中没有签名", "the file holds no head") }
    guard last.size == frontier.size else {
      throw LedgerFault(
        "最后 \(frontier.size - last.size) 个事件没有签名", "the last \(frontier.size - last.size) events are under no head")
    }
    if let kept, kept.number > last.number {
      throw LedgerFault(
        "缺少先前下载过的第 \(kept.number) 号签名", "the file ends before head \(kept.number), which was downloaded before")
    }
  }

  // MARK: Proofs

  /// That the event of a proof is in the ledger.
  /// - Returns: its number.
  public func verify(proof json: JSONValue) throws(LedgerFault) -> Int {
    let head = try signed(json)
    guard LedgerName(json["ledger"]) == name, let seq = json["seq"]?.integer, let hash = json["hash"]?.hex,
      let path = Self.path(json)
    else { throw LedgerFault("证明的格式不对", "is not in the form of a proof") }
    if let event = json["event"], event != .null, name.tree.leaf(event.canonical) != hash {
      throw LedgerFault("证明中的事件被改动", "the event of the proof is not what its hash says")
    }
    guard name.tree.root(of: hash, at: seq - 1, in: head.size, path: path) == head.root else {
      throw LedgerFault(
        "第 \(seq) 号事件不在第 \(head.number) 号签名的账本中", "event \(seq) is not in the ledger of head \(head.number)")
    }
    return seq
  }

  /// That the ledger of an older head is the beginning of that of the newer head in the proof.
  public func verify(consistency json: JSONValue, with older: JSONValue) throws(LedgerFault) {
    let newer = try signed(json), older = try signed(older)
    guard LedgerName(json["ledger"]) == name, json["from"]?.integer == older.size, json["to"]?.integer == newer.size,
      let path = Self.path(json)
    else { throw LedgerFault("证明与所给签名不符", "the proof is not between these heads") }
    guard name.tree.isConsistent(path, from: (older.size, older.root), to: (newer.size, newer.root)) else {
      throw LedgerFault(
        "第 \(newer.number) 号签名的账本不是由第 \(older.number) 号的续写而成",
        "the ledger of head \(newer.number) does not begin with that of head \(older.number)")
    }
  }

  private static func path(_ json: JSONValue) -> [[UInt8]]? {
    guard let items = json["path"]?.array, case let path = items.compactMap(\.hex), path.count == items.count else {
      return nil
    }
    return path
  }

  // MARK: Signatures

  private func signed(_ json: JSONValue) throws(LedgerFault) -> LedgerHead {
    guard let head = LedgerHead(json, of: name) else { throw fault("签名的格式不对", "is not in the form of a head") }
    guard let key = trusted[head.key] else {
      throw fault(
        "第 \(head.number) 号签名所用的密钥 \(head.key) 不可信",
        "head \(head.number) is signed with \(head.key), which is not trusted")
    }
    guard isSigned(head, by: key) else {
      throw fault("第 \(head.number) 号签名是伪造的", "head \(head.number) is forged: its signature does not hold")
    }
    return head
  }

  private mutating func trust(_ json: JSONValue) throws(LedgerFault) {
    guard let key = LedgerKey(json, of: name.id) else { throw fault("密钥的格式不对", "is not in the form of a key") }
    if trusted[key.id] != nil { return }
    let voucher = trusted.isEmpty ? key.publicKey : key.previous.flatMap { trusted[$0] }
    guard let voucher, isSigned(key, by: voucher) else {
      throw fault("没有可信的密钥为密钥 \(key.id) 作保", "no trusted key vouches for the key \(key.id)")
    }
    trusted[key.id] = key.publicKey
  }

  private func isSigned(_ statement: some Signed, by key: PublicKey) -> Bool {
    // What libcrypto cannot even read as a signature is none.
    (try? key.verify(statement.signature, of: statement.content.canonical)) ?? false
  }

  private func fault(_ zh: String, _ en: String) -> LedgerFault { LedgerFault(line: line == 0 ? nil : line, zh, en) }
}
