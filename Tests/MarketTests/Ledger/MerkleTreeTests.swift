import Testing

@testable import Market

@Suite struct MerkleTreeTests {
  /// The tree as RFC 6962 §2.1 defines it, word for word.
  static func root(_ tree: MerkleTree, _ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
    guard leaves.count > 1, let first = leaves.indices.first else { return leaves.first ?? tree.empty }
    var half = 1
    while half * 2 < leaves.count { half *= 2 }
    return tree.node(root(tree, leaves[first..<first + half]), root(tree, leaves[(first + half)...]))
  }

  @Test func roots_are_those_of_the_published_certificate_transparency_vectors() throws {
    let tree = MerkleTree(.sha256)
    let data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    let roots = [
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    var frontier = Frontier(tree)
    #expect(frontier.root.hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    for (data, root) in zip(data, roots) {
      frontier.append(tree.leaf(try #require([UInt8](hex: data))))
      #expect(frontier.root.hex == root)
    }
  }

  @Test(arguments: HashAlgorithm.allCases)
  func every_leaf_and_every_prefix_of_every_small_tree_is_proven_and_nothing_else_is(algorithm: HashAlgorithm) {
    let tree = MerkleTree(algorithm)
    let leaves = (0..<40).map { tree.leaf([UInt8($0)]) }
    let roots = (0...40).map { Self.root(tree, leaves[..<$0]) }
    for size in 1...40 {
      for index in 0..<size {
        let path = MerkleTree.inclusion(of: index, in: size).map { Self.root(tree, leaves[$0]) }
        #expect(tree.root(of: leaves[index], at: index, in: size, path: path) == roots[size])
        #expect(tree.root(of: leaves[index], at: index, in: size, path: path + [roots[1]]) == nil)
        if !path.isEmpty {
          #expect(tree.root(of: leaves[index], at: index, in: size, path: path.dropLast()) != roots[size])
          #expect(tree.root(of: tree.leaf([200]), at: index, in: size, path: path) != roots[size])
          #expect(tree.root(of: leaves[index], at: (index + 1) % size, in: size, path: path) != roots[size])
        }
      }
      for older in 0...size {
        let path = MerkleTree.consistency(from: older, to: size).map { Self.root(tree, leaves[$0]) }
        #expect(tree.isConsistent(path, from: (older, roots[older]), to: (size, roots[size])))
        #expect(!tree.isConsistent(path + [roots[1]], from: (older, roots[older]), to: (size, roots[size])))
        #expect(!tree.isConsistent(path, from: (older, tree.leaf([7])), to: (size, roots[size])))
        #expect(!tree.isConsistent(path, from: (older, roots[older]), to: (size, tree.leaf([7]))) || older == 0)
        if path.count > 0 {
          #expect(!tree.isConsistent(path.dropLast(), from: (older, roots[older]), to: (size, roots[size])))
        }
      }
    }
    #expect(tree.root(of: leaves[0], at: 1, in: 1, path: []) == nil)
    #expect(!tree.isConsistent([], from: (3, roots[3]), to: (2, roots[2])))
  }

  @Test func a_growing_edge_says_the_same_root_as_the_whole_tree_and_names_each_subtree_once() {
    let tree = MerkleTree(.sm3)
    let leaves = (0..<600).map { tree.leaf([UInt8($0 & 255), UInt8($0 >> 8)]) }
    var frontier = Frontier(tree), completed: [Subtree: [UInt8]] = [:]
    for (size, leaf) in leaves.enumerated() {
      frontier.append(leaf) { #expect(completed.updateValue($1, forKey: $0) == nil) }
      if size % 37 == 0 { #expect(frontier.root == Self.root(tree, leaves[...size])) }
      #expect(frontier.subtrees.count == Subtree.covering(0..<size + 1).count)
    }
    for (subtree, hash) in completed where subtree.level >= 6 {
      let range = subtree.index << subtree.level..<(subtree.index + 1) << subtree.level
      #expect(Self.root(tree, leaves[range]) == hash)
    }
    #expect(completed.keys.filter { $0.level == 8 }.count == 2)
  }
}
