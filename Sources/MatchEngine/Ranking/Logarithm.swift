/// The natural logarithm by plain arithmetic, so that scores are the same on every platform.
enum Logarithm {
  /// - Parameter value: a finite number above 0.
  static func natural(_ value: Double) -> Double {
    var exponent = Double(value.exponent)
    var part = value.significand
    if part > 1.414_213_562_373_095_1 {
      part /= 2
      exponent += 1
    }
    let ratio = (part - 1) / (part + 1)
    let square = ratio * ratio
    var sum = 0.0
    var power = ratio
    var odd = 1.0
    while odd < 30 {
      sum += power / odd
      power *= square
      odd += 2
    }
    return 2 * sum + exponent * 0.693_147_180_559_945_3
  }
}
