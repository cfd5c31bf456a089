/// A run of numbers that is held in memory or lies in a mapped file. Reading it is the same.
struct Column<Element: BitwiseCopyable & Sendable>: RandomAccessCollection, Sendable {
  private enum Place: Sendable {
    case held([Element])
    case mapped(MappedColumn<Element>)
  }

  private let place: Place

  init(_ held: [Element] = []) { place = .held(held) }

  init(_ mapped: MappedColumn<Element>) { place = .mapped(mapped) }

  var startIndex: Int { 0 }

  @inline(__always) var endIndex: Int {
    switch place {
    case .held(let held): held.count
    case .mapped(let mapped): mapped.count
    }
  }

  @inline(__always) subscript(at: Int) -> Element {
    switch place {
    case .held(let held): held[at]
    case .mapped(let mapped): mapped[at]
    }
  }

  /// For loops: the elements without the question where they lie.
  @inline(__always) func withSpan<Result>(_ read: (Span<Element>) -> Result) -> Result {
    switch place {
    case .held(let held): read(held.span)
    case .mapped(let mapped): mapped.withSpan(read)
    }
  }

  /// The bytes of a part, valid inside the closure only.
  @inline(__always) func withBytes<Result>(_ part: Range<Int>, _ read: (UnsafeRawBufferPointer) -> Result) -> Result {
    let size = MemoryLayout<Element>.stride
    let bytes = part.lowerBound * size..<part.upperBound * size
    return switch place {
    case .held(let held): held.withUnsafeBytes { read(UnsafeRawBufferPointer(rebasing: $0[bytes])) }
    case .mapped(let mapped): mapped.withBytes(bytes, read)
    }
  }

  /// Copies a part to the end of an array.
  func append(_ part: Range<Int>, to array: inout [Element]) {
    switch place {
    case .held(let held): array.append(contentsOf: held[part])
    case .mapped(let mapped): mapped.append(part, to: &array)
    }
  }
}

extension RandomAccessCollection where Index == Int {
  /// The first place whose element is not `before`; the elements must be partitioned that way.
  @inline(__always) func lowerBound(_ before: (Element) -> Bool) -> Int {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = (low &+ high) >> 1
      if before(self[middle]) { low = middle &+ 1 } else { high = middle }
    }
    return low
  }
}
