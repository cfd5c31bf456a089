/// A domain term found in a text.
public struct TagSpan: Sendable, Equatable {
  /// The term's name in the lexicon, whichever of its names the text uses.
  public let tag: String
  /// Where it stands, in UTF-8 bytes.
  public let bytes: Range<Int>

  public init(tag: String, bytes: Range<Int>) {
    self.tag = tag
    self.bytes = bytes
  }
}

extension Lexicon {
  /// The domain terms a text names, from left to right, the longest at each place, without overlap. Width and case do
  /// not matter.
  public func tags(in text: String) -> [TagSpan] {
    var units = UnitList()
    Terms.scan(text, into: &units)
    return surfaces.hits(units.units).map { TagSpan(tag: terms[$0.number].name, bytes: $0.start..<$0.end) }
  }
}
