/// What a schema cannot see: whether releases of one process fit together.
public enum ReleaseCheck {
  /// - Parameter releases: of one process, in the order in which they were published.
  /// - Returns: a line for each thing that is wrong; none when all fits.
  public static func findings(_ releases: [JSONValue]) -> [String] {
    var findings: [String] = [], ids: Set<String> = [], released: Set<Release.Tag> = []
    var last: Instant?, end: Instant?
    for release in releases {
      let id = release["id"]?.string ?? "", date = release["date"]?.string.flatMap { Instant($0) }
      let label = id.isEmpty ? "a release without an id" : id
      if !ids.insert(id).inserted { findings.append("\(label): used twice") }
      if id.contains("#") { findings.append("\(label): # in an id") }
      if date == nil { findings.append("\(label): no date and time") }
      if let date, let last, date <= last { findings.append("\(label): not later than the release before") }
      if release["ocid"] != releases.first?["ocid"] { findings.append("\(label): another ocid") }
      for word in release["tag"]?.array?.compactMap(\.string) ?? [] {
        guard let tag = Release.Tag(rawValue: word) else {
          findings.append("\(label): tag \(word) on a release")
          continue
        }
        if let base = tag.base, !released.contains(base) { findings.append("\(label): \(word) before any \(base)") }
        released.insert(tag)
      }
      end = release["tender"]?["tenderPeriod"]?["endDate"]?.string.flatMap { Instant($0) } ?? end
      let tellsBids =
        release["bids"] != nil || release["tender"]?["tenderers"] != nil
        || release["tender"]?["numberOfTenderers"] != nil
      if tellsBids, let end, let date, date < end { findings.append("\(label): bids before the deadline") }
      last = date
    }
    return findings + references(releases)
  }

  /// Every party, award and bid that is spoken of has been introduced, by the release itself or by one before it.
  private static func references(_ releases: [JSONValue]) -> [String] {
    var findings: [String] = [], parties: Set<String> = [], awards: Set<String> = [], bids: Set<String> = []
    for release in releases {
      let id = release["id"]?.string ?? ""
      func ids(_ list: JSONValue?) -> [String] { list?.array?.compactMap { $0["id"]?.string } ?? [] }
      parties.formUnion(ids(release["parties"]))
      awards.formUnion(ids(release["awards"]))
      bids.formUnion(ids(release["bids"]?["details"]))
      let named =
        [release["buyer"]?["id"]?.string].compactMap(\.self) + ids(release["tender"]?["tenderers"])
        + (release["bids"]?["details"]?.array ?? []).flatMap { ids($0["tenderers"]) }
        + (release["awards"]?.array ?? []).flatMap { ids($0["suppliers"]) }
      findings += named.filter { !parties.contains($0) }.unique.map { "\(id): party \($0) is not among the parties" }
      findings += (release["awards"]?.array ?? []).compactMap { $0["relatedBid"]?.string }.filter { !bids.contains($0) }
        .map { "\(id): award for an unknown bid \($0)" }
      findings += (release["contracts"]?.array ?? []).compactMap { $0["awardID"]?.string }
        .filter { !awards.contains($0) }.map { "\(id): contract of an unknown award \($0)" }
    }
    return findings
  }
}
