/// Collects which document has which term how often, and turns it over into lists.
struct TermEntries {
  private var table = TermTable(capacity: 1 << 10)
  /// One entry for each distinct term of each document but its characters, documents one after the other.
  private var terms: [UInt32] = []
  private var frequencies: [UInt8] = []
  private var ends: [Int] = []
  /// For each term of the table its latest entry; for a character the latest document.
  private var latest: [Int] = []
  /// For each term of the table how many documents have it.
  private var counts: [Int] = []
  private var first = 0

  /// Adds the terms of the document at hand, in reading order.
  mutating func add(_ read: [Term]) {
    var open: Term?
    for place in read.indices {
      let term = read[place]
      add(term)
      guard term.isCharacter || !term.isPair else { continue }
      if let last = open, !(term.isCharacter && place + 1 < read.count && read[place + 1].isPair) { add(last.runEnd) }
      open = term.isCharacter ? term : nil
    }
    if let open { add(open.runEnd) }
  }

  @inline(__always) mutating func add(_ term: Term) {
    let number = table.insert(term)
    if number == counts.count {
      latest.append(-1)
      counts.append(0)
    }
    let last = latest[number]
    if term.isCharacter {
      if last == ends.count { return }
      latest[number] = ends.count
      counts[number] &+= 1
    } else if last >= first {
      frequencies[last] = min(frequencies[last] &+ 1, UInt8(TermLists.levels))
    } else {
      latest[number] = terms.count
      counts[number] &+= 1
      terms.append(UInt32(number))
      frequencies.append(1)
    }
  }

  mutating func endDocument() {
    first = terms.count
    ends.append(first)
  }

  /// The lists of all terms.
  ///
  /// - Parameter order: for each number a document is to have, which document it is.
  func postings(_ order: [Int]) -> Postings {
    let sorted = table.terms.indices.sorted { table.terms[$0] < table.terms[$1] }
    var starts = [Int](repeating: 0, count: table.count + 1)
    var total = 0
    for number in sorted {
      starts[number] = total
      if !table.terms[number].isCharacter { total += counts[number] }
    }
    var members = [UInt16](repeating: 0, count: total)
    var memberFrequencies = [UInt8](repeating: 0, count: total)
    var next = starts
    for (member, document) in order.enumerated() {
      for entry in (document == 0 ? 0 : ends[document - 1])..<ends[document] {
        let number = Int(terms[entry])
        let place = next[number]
        next[number] = place &+ 1
        members[place] = UInt16(member)
        memberFrequencies[place] = frequencies[entry]
      }
    }
    var writer = PostingsWriter(documents: order.count)
    for number in sorted {
      let term = table.terms[number]
      if term.isCharacter {
        writer.append(character: term, count: counts[number])
      } else {
        let range = starts[number]..<next[number]
        writer.append(term, members[range], memberFrequencies[range])
      }
    }
    return writer.finish()
  }
}

extension Term {
  /// Whether it is two neighbouring characters, or a character that ends a run.
  @inline(__always) var isPair: Bool { bits >> 21 != 0 && bits >> 62 == 0 }

  /// Stands beside the pairs of a character for the places where no other follows: together they are all its places.
  @inline(__always) var runEnd: Term { Term(bits: bits << 21) }
}
