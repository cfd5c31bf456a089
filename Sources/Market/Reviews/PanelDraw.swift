/// 抽签: how members are drawn, so that anybody can draw them again. Needs nothing but what is public.
///
/// The list is frozen first: a line an expert, `id industry` or `id other`, sorted by id; its digest is in the event of the
/// freezing. The seed is the root of the first signed head of the ledger that holds this event. An expert's ticket is the hash of
/// `seed|outside number|panel|expert`; seats go to the lowest tickets, as long as those who are not of industry leave industry its
/// seats. Who declines or is recused is left out, and the same is done again: the others keep their seats, and the next moves up.
public struct PanelDraw: Sendable {
  public struct Entrant: Sendable, Hashable {
    public let expert: String
    public let isIndustry: Bool

    public init(_ expert: String, isIndustry: Bool) { (self.expert, self.isIndustry) = (expert, isIndustry) }
    var line: String { "\(expert) \(isIndustry ? "industry" : "other")\n" }
  }

  /// The ledger's own.
  let hash: HashAlgorithm
  let panel: String
  let size: Int
  let industrySeats: Int

  public init(_ hash: HashAlgorithm, panel: String, size: Int, industrySeats: Int) {
    (self.hash, self.panel, self.size, self.industrySeats) = (hash, panel, size, industrySeats)
  }

  func digest(_ pool: [Entrant]) -> String {
    hash.hash(Array(pool.sorted { $0.expert < $1.expert }.map(\.line).joined().utf8)).hex
  }

  func ticket(_ expert: String, seed: String, outside: String?) -> String {
    hash.hash(Array("\(seed)|\(outside ?? "")|\(panel)|\(expert)".utf8)).hex
  }

  /// The pool in the order of its tickets.
  public func order(_ pool: [Entrant], seed: String, outside: String?) -> [(entrant: Entrant, ticket: String)] {
    pool.map { ($0, ticket($0.expert, seed: seed, outside: outside)) }.sorted {
      ($0.1, $0.0.expert) < ($1.1, $1.0.expert)
    }
  }

  /// Who sits, in order. Fewer than there are seats where the pool has run out.
  public func seats(_ order: [Entrant], without fallen: Set<String> = []) -> [String] {
    var seated: [String] = [], others = 0
    for entrant in order where !fallen.contains(entrant.expert) && seated.count < size {
      guard entrant.isIndustry || others < size - industrySeats else { continue }
      if !entrant.isIndustry { others += 1 }
      seated.append(entrant.expert)
    }
    return seated
  }
}
