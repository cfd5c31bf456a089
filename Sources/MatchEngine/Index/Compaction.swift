/// Keeps segments few: merges small ones geometrically and rewrites those that are mostly dead.
enum Compaction {
  /// Segments of one tier that are allowed beside each other.
  private static let width = 4

  /// The same documents in as many segments as there should be.
  static func settle(_ views: [SegmentView]) -> [SegmentView] {
    var views = views.filter { $0.count > 0 }
    for index in views.indices where views[index].deadDocuments.count * 3 > views[index].segment.count {
      views[index] = SegmentView(Merge.merge([views[index]]))
    }
    while let tier = crowded(views) {
      let merged = SegmentView(Merge.merge(tier.map { views[$0] }))
      let gone = Set(tier)
      views = views.indices.filter { !gone.contains($0) }.map { views[$0] } + [merged]
    }
    return views.sorted { $0.segment.count > $1.segment.count }
  }

  /// The first segments of the smallest tier that has too many and whose union fits a segment.
  private static func crowded(_ views: [SegmentView]) -> [Int]? {
    var tiers: [Int: [Int]] = [:]
    for (index, view) in views.enumerated() { tiers[tier(view.count), default: []].append(index) }
    for tier in tiers.keys.sorted() {
      guard let members = tiers[tier], members.count >= width else { continue }
      let chosen = Array(members.prefix(width))
      let bytes = chosen.reduce(0) { $0 + views[$1].segment.texts.byteCount }
      let count = chosen.reduce(0) { $0 + views[$1].count }
      if count <= Segment.capacity && bytes <= Segment.textLimit { return chosen }
    }
    return nil
  }

  /// Powers of four.
  private static func tier(_ count: Int) -> Int { (Int.bitWidth - 1 - max(count, 1).leadingZeroBitCount) / 2 }
}
