/// Any bytes as text, in both readings: places ascend, lie within the text, and a second reading gives the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTokenizer(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  let bytes = Array(UnsafeBufferPointer(start: data, count: data == nil ? 0 : size))
  for reading in [TextReading.language, .givenWords] {
    var first = PlacedTermList()
    reading.scan(bytes.span, 0..<bytes.count, into: &first)
    var second = PlacedTermList()
    reading.scan(bytes.span, 0..<bytes.count, into: &second)
    precondition(first.terms == second.terms, "two readings differ")
    var end = 0
    for term in first.terms {
      precondition(term.start >= 0 && term.start < term.end && term.end <= bytes.count, "a term outside the text")
      precondition(term.end >= end, "terms out of order")
      end = term.end
    }
  }
  let text = String(decoding: bytes, as: UTF8.self)
  _ = FuzzIndex.sample.suggestion(for: text)
  _ = FuzzIndex.sample.page(text, limit: 3, explain: true)
  return 0
}

enum FuzzIndex {
  static let sample = {
    var index = MatchIndex(
      lexicon: Lexicon(terms: [Lexicon.Term(name: "柑橘黄龙病", domain: "农业", parent: nil, synonyms: ["HLB"])]))
    index.apply([
      .put(MatchDocument(key: 1, title: "柑橘黄龙病检测", body: "robot ㎏ c++ plc-4", tags: ["低温压榨"])),
      .put(MatchDocument(key: 2, title: "油茶", body: "rabbit ガス", tags: ["x1", "柑橘"])),
    ])
    return index
  }()
}
