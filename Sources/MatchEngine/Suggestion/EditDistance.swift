/// How many insertions, deletions, replacements and swaps of neighbours lie between two words.
enum EditDistance {
  /// The distance, or nil when it is above `limit`.
  static func between<Unit: Equatable>(_ left: [Unit], _ right: [Unit], limit: Int) -> Int? {
    guard abs(left.count - right.count) <= limit else { return nil }
    var before: [Int] = []
    var last = Array(0...right.count)
    for row in 0..<left.count {
      var line = [row + 1]
      for column in 0..<right.count {
        var least = min(last[column + 1], line[column]) + 1
        least = min(least, last[column] + (left[row] == right[column] ? 0 : 1))
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          least = min(least, before[column - 1] + 1)
        }
        line.append(least)
      }
      before = last
      last = line
    }
    return last[right.count] <= limit ? last[right.count] : nil
  }
}
