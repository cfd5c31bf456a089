/// Which documents may appear.
struct Admission {
  let exclude: Set<UInt128>
  let filter: MatchFilter?

  func admits(_ view: SegmentView, _ document: Int) -> Bool {
    if view.isDead(document) { return false }
    if let filter, !filter.admits(view.segment.facts[document]) { return false }
    return exclude.isEmpty || !exclude.contains(view.segment.keys[document])
  }
}
