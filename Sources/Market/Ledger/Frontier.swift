/// The right edge of a growing tree: the roots of the complete subtrees that its leaves fall into, the larger ones first. It is all
/// that is needed to add a leaf or to say the root.
struct Frontier: Sendable {
  let tree: MerkleTree
  private(set) var size = 0
  private(set) var subtrees: [MerkleTree.Hash] = []

  init(_ tree: MerkleTree) { self.tree = tree }

  /// The edge of a tree that is already there.
  /// - Parameter subtrees: the hashes of ``Subtree/covering(_:)`` of all its leaves.
  init(_ tree: MerkleTree, size: Int, subtrees: [MerkleTree.Hash]) {
    (self.tree, self.size, self.subtrees) = (tree, size, subtrees)
  }

  var root: MerkleTree.Hash { tree.root(subtrees) }

  /// Adds a leaf.
  /// - Parameter completed: told of every subtree of two leaves or more that this leaf completes.
  mutating func append(_ leaf: MerkleTree.Hash, completed: (Subtree, MerkleTree.Hash) -> Void = { _, _ in }) {
    subtrees.append(leaf)
    var index = size, level = 0
    while index & 1 == 1 {
      let right = subtrees.removeLast(), left = subtrees.removeLast(), both = tree.node(left, right)
      subtrees.append(both)
      (index, level) = (index >> 1, level + 1)
      completed(Subtree(level: level, index: index), both)
    }
    size += 1
  }
}

/// A complete subtree of 2^level leaves, the index-th of its kind from the left.
struct Subtree: Hashable, Sendable {
  let level: Int
  let index: Int

  /// The complete subtrees that leaves with an aligned beginning fall into, the larger ones first.
  static func covering(_ leaves: Range<Int>) -> [Subtree] {
    var found: [Subtree] = [], start = leaves.lowerBound
    while start < leaves.upperBound {
      let largest = Int.bitWidth - 1 - (leaves.upperBound - start).leadingZeroBitCount
      let level = start == 0 ? largest : min(start.trailingZeroBitCount, largest)
      found.append(Subtree(level: level, index: start >> level))
      start += 1 << level
    }
    return found
  }

  /// Roots of subtrees are kept at every eighth level only; the others are computed from those below.
  static let stride = 8
  var keptLevel: Int { level / Self.stride * Self.stride }
  /// The kept nodes that make up this subtree, as indexes at ``keptLevel``.
  var keptNodes: Range<Int> { index << (level - keptLevel)..<(index + 1) << (level - keptLevel) }
}
