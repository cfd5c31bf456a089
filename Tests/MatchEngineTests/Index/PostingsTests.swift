import Testing

@testable import MatchEngine

@Suite struct PostingsTests {
  /// Each term's documents and how often each has it.
  private typealias Lists = [Term: [UInt16: UInt8]]

  @Test(arguments: [1, 63, 200, 511, 512, 3_000, 65_536]) func what_is_written_is_read(_ documents: Int) throws {
    var random = Seeded(UInt64(documents))
    let wanted = Self.lists(documents, &random)
    let postings = Self.written(wanted, documents)
    #expect(postings.isSound)
    #expect(postings.termCount == wanted.count)
    for (term, members) in wanted {
      let lists = try #require(postings.find(term))
      #expect(lists.count == members.count)
      #expect(Self.read(postings, lists) == members)
    }
    var cursor = postings.terms(from: Term(bits: 0))
    var terms: [Term] = []
    while let lists = cursor.next() { terms.append(lists.term) }
    #expect(terms == wanted.keys.sorted())
    let middle = terms[terms.count / 2]
    var rest = postings.terms(from: Term(bits: middle.bits - 1))
    #expect(rest.next()?.term == middle)
  }

  @Test func every_form_of_set_is_met_and_none_is_larger_than_plain_numbers() {
    var random = Seeded(7)
    for documents in [512, 10_000, 65_536] {
      for members in [1, documents / 1_000 + 1, documents / 150, documents / 20, documents / 8 + 1, documents] {
        let set = Array(Set((0..<members).map { _ in UInt16.random(in: 0..<UInt16(documents - 1), using: &random) }))
        var bytes: [UInt8] = []
        DocumentSet.append(set.sorted(), of: documents, to: &bytes)
        #expect(bytes.count <= max(set.count * 2, 64), "\(documents) \(set.count)")
      }
    }
    let forms = [1, 1_000, 20_000].map { DocumentSet.Form($0, of: 65_536) }
    #expect(forms == [.numbers, .gaps, .bits])
  }

  @Test func a_term_that_is_not_there_has_no_lists() {
    let postings = Self.written([.pair(5, 7): [0: 1], .word(hash: 9): [0: 2]], 1)
    for term in [Term.pair(5, 6), .pair(5, 8), .character(5), .word(hash: 8), .word(hash: 10), .concept(1)] {
      #expect(postings.find(term) == nil)
    }
    #expect(Self.written([:], 3).find(.pair(5, 7)) == nil)
    #expect(Self.written([:], 3).isSound)
  }

  @Test func a_characters_places_are_those_of_its_pairs() {
    var index = MatchIndex(lexicon: .empty)
    let titles = ["橘", "柑橘", "橘柑橘a橘", "柑", "橘橘橘橘橘"]
    index.apply(titles.enumerated().map { .put(MatchDocument(key: UInt128($0), title: $1, body: "", tags: [])) })
    let segment = index.views[0].segment
    var counts = [UInt8](repeating: 0, count: segment.count)
    #expect(segment.postings.count(character: .character(0x6A58), in: &counts))
    for (document, key) in segment.keys.enumerated() {
      #expect(Int(counts[document]) == [1, 1, 3, 0, 5][Int(key)])
    }
    #expect(segment.postings.find(.character(0x6A58))?.count == 4)
    #expect(!segment.postings.count(character: .character(0x6A57), in: &counts))
  }

  private static func lists(_ documents: Int, _ random: inout Seeded) -> Lists {
    var lists: Lists = [:]
    for number in 0..<60 {
      let shares: [Double] = [0.001, 0.01, 0.1, 0.5, 1]
      let share = shares.randomElement(using: &random) ?? 1
      var members: [UInt16: UInt8] = [UInt16.random(in: 0...UInt16(documents - 1), using: &random): 1]
      for document in 0..<documents where Double.random(in: 0..<1, using: &random) < share {
        let often: [UInt8] = [1, 1, 1, 1, 2, 3, 4]
        members[UInt16(document)] = often.randomElement(using: &random)
      }
      lists[number % 2 == 0 ? .pair(UInt32(number + 1), 3) : .word(hash: WordHash.mix(UInt64(number)))] = members
    }
    return lists
  }

  private static func written(_ lists: Lists, _ documents: Int) -> Postings {
    var writer = PostingsWriter(documents: documents)
    for (term, members) in lists.sorted(by: { $0.key < $1.key }) {
      let sorted = members.sorted { $0.key < $1.key }
      writer.append(term, sorted.map(\.key)[...], sorted.map(\.value)[...])
    }
    return writer.finish()
  }

  private static func read(_ postings: Postings, _ lists: TermLists) -> [UInt16: UInt8] {
    var members: [UInt16: UInt8] = [:]
    for level in 0..<TermLists.levels where lists.counts[level] > 0 {
      postings.withSet(lists, level: level) { $0.forEach { members[UInt16($0), default: 0] += 1 } }
    }
    return members
  }
}
