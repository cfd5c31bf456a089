/// The tree of RFC 9162 §2.1: what hashing leaves and nodes means, and which nodes a proof is made of.
public struct MerkleTree: Sendable {
  public let algorithm: HashAlgorithm

  public init(_ algorithm: HashAlgorithm) { self.algorithm = algorithm }

  public typealias Hash = [UInt8]

  /// A leaf and a node never hash alike: each has a byte of its own in front.
  public func leaf(_ data: [UInt8]) -> Hash { algorithm.hash([0] + data) }
  public func node(_ left: Hash, _ right: Hash) -> Hash { algorithm.hash([1] + left + right) }
  public var empty: Hash { algorithm.hash([]) }

  /// The root over complete subtrees that lie side by side, the larger ones first.
  func root(_ subtrees: [Hash]) -> Hash {
    guard var root = subtrees.last else { return empty }
    for left in subtrees.dropLast().reversed() { root = node(left, root) }
    return root
  }

  // MARK: What proofs are made of

  /// Leaves whose roots prove that leaf `index` is in the tree of the first `size` leaves, from the leaf upwards.
  public static func inclusion(of index: Int, in size: Int) -> [Range<Int>] {
    func path(_ range: Range<Int>) -> [Range<Int>] {
      guard range.count > 1 else { return [] }
      let middle = split(range)
      return index < middle
        ? path(range.lowerBound..<middle) + [middle..<range.upperBound]
        : path(middle..<range.upperBound) + [range.lowerBound..<middle]
    }
    return path(0..<size)
  }

  /// Leaves whose roots prove that the tree of the first `older` leaves is the beginning of that of the first `newer`.
  public static func consistency(from older: Int, to newer: Int) -> [Range<Int>] {
    func path(_ range: Range<Int>, isWhole: Bool) -> [Range<Int>] {
      if range.upperBound == older { return isWhole ? [] : [range] }
      let middle = split(range)
      return older <= middle
        ? path(range.lowerBound..<middle, isWhole: isWhole) + [middle..<range.upperBound]
        : path(middle..<range.upperBound, isWhole: false) + [range.lowerBound..<middle]
    }
    return older == 0 || older == newer ? [] : path(0..<newer, isWhole: true)
  }

  /// Where a tree of these leaves parts into its two halves: at the largest power of two below their number.
  private static func split(_ range: Range<Int>) -> Int {
    range.lowerBound + 1 << (Int.bitWidth - 1 - (range.count - 1).leadingZeroBitCount)
  }

  // MARK: Checking proofs

  /// RFC 9162 §2.1.3.2: the root that follows from a leaf and its path; nil when the path has not the length it must have.
  public func root(of leaf: Hash, at index: Int, in size: Int, path: [Hash]) -> Hash? {
    guard index >= 0, index < size else { return nil }
    var place = index, last = size - 1, root = leaf
    for other in path {
      guard last > 0 else { return nil }
      if place & 1 == 1 || place == last {
        root = node(other, root)
        while place & 1 == 0, place != 0 { (place, last) = (place >> 1, last >> 1) }
      } else {
        root = node(root, other)
      }
      (place, last) = (place >> 1, last >> 1)
    }
    return last == 0 ? root : nil
  }

  /// RFC 9162 §2.1.4.2: whether the tree of `older` leaves with its root is the beginning of the tree of `newer` with its.
  public func isConsistent(_ path: [Hash], from older: (size: Int, root: Hash), to newer: (size: Int, root: Hash))
    -> Bool
  {
    guard older.size >= 0, older.size <= newer.size else { return false }
    if older.size == 0 { return path.isEmpty && older.root == empty }
    if older.size == newer.size { return path.isEmpty && older.root == newer.root }
    var path = path[...]
    // A whole power of two is a node of the larger tree itself, and the path need not repeat it.
    if older.size & (older.size - 1) == 0 { path = [older.root] + path }
    guard let first = path.popFirst() else { return false }
    var place = older.size - 1, last = newer.size - 1
    while place & 1 == 1 { (place, last) = (place >> 1, last >> 1) }
    var olderRoot = first, newerRoot = first
    for other in path {
      guard last > 0 else { return false }
      if place & 1 == 1 || place == last {
        olderRoot = node(other, olderRoot)
        newerRoot = node(other, newerRoot)
        while place & 1 == 0, place != 0 { (place, last) = (place >> 1, last >> 1) }
      } else {
        newerRoot = node(newerRoot, other)
      }
      (place, last) = (place >> 1, last >> 1)
    }
    return last == 0 && olderRoot == older.root && newerRoot == newer.root
  }
}
