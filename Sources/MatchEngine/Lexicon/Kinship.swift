extension Lexicon {
  /// How near two terms are, 0…1: 1 for the same term, .5 for parent and child, .2 for siblings and grandparents. Terms
  /// that only meet in a top heading are strangers.
  func similarity(_ left: Int, _ right: Int) -> Double {
    if left == right { return 1 }
    let (up, down) = steps(left, right)
    guard up >= 0, up + down <= 2 else { return 0 }
    var top = left
    for _ in 0..<up { top = parents[top] }
    if parents[top] < 0 { return 0 }
    return up + down == 1 ? 0.5 : 0.2
  }

  /// The term itself, its parent unless that is a top heading, and its children unless it is one.
  func near(_ concept: Int) -> [Int] {
    guard parents[concept] >= 0 else { return [concept] }
    let parent = parents[parents[concept]] >= 0 ? [parents[concept]] : []
    return [concept] + parent + children[concept]
  }

  /// Every term that is not a stranger to this one, and how near it is.
  func kin(of concept: Int) -> [(concept: Int, nearness: Double)] {
    var around = [concept] + children[concept] + children[concept].flatMap { children[$0] }
    let parent = parents[concept]
    if parent >= 0 {
      around += [parent] + children[parent].filter { $0 != concept }
      if parents[parent] >= 0 { around.append(parents[parent]) }
    }
    return around.map { ($0, similarity(concept, $0)) }.filter { $0.1 > 0 }
  }

  /// The names from one term to the other by way of what they have in common; one name when they are the same.
  func path(_ left: Int, _ right: Int) -> [String] {
    let (up, down) = steps(left, right)
    guard up >= 0 else { return [] }
    var names: [String] = []
    var at = left
    for _ in 0...up {
      names.append(terms[at].name)
      at = parents[at]
      if at < 0 { break }
    }
    var back: [String] = []
    at = right
    for _ in 0..<down {
      back.append(terms[at].name)
      at = parents[at]
    }
    return names + back.reversed()
  }

  /// How many steps up from `left` and down to `right` through their lowest common ancestor; (-1, -1) without one.
  private func steps(_ left: Int, _ right: Int) -> (up: Int, down: Int) {
    var up = 0
    var ancestor = left
    while ancestor >= 0 {
      var down = 0
      var at = right
      while at >= 0 {
        if at == ancestor { return (up, down) }
        at = parents[at]
        down += 1
      }
      ancestor = parents[ancestor]
      up += 1
    }
    return (-1, -1)
  }
}
