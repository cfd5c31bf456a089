import Testing

@testable import MatchEngine

@Suite struct FoldTests {
  private func folded(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let form = Fold.table.lookUp(scalar.value)
      for index in 0..<form.count {
        if let scalar = Unicode.Scalar(Fold.table.scalar(form, index)) { scalars.append(scalar) }
      }
    }
    return String(scalars)
  }

  @Test(arguments: [
    ("ＰＬＣ２０２５", "plc2025"), ("㎡", "m2"), ("㎏", "kg"), ("①⑳", "120"), ("x²₃", "x23"), ("Ⅳ", "iv"), ("ｶﾀﾛｸﾞ", "カタログ"),
    ("\u{F900}\u{FA0E}", "\u{8C48}\u{FA0E}"), ("ΣΩ", "σω"), ("Ж", "ж"), ("É", "é"), ("𝐀𝟗", "a9"), ("㈱", "(株)"),
    ("\u{2F00}", "一"),
    ("ﬁ", "fi"), ("℃", "°c"), ("µ", "μ"), ("柑橘", "柑橘"), ("한글", "한글"),
  ])
  func a_compatibility_form_folds_to_what_it_stands_for(_ pair: (String, String)) {
    #expect(Array(folded(pair.0).unicodeScalars) == Array(pair.1.unicodeScalars))
  }

  @Test func folding_twice_is_folding_once() {
    var unstable: [UInt32] = []
    for value in UInt32(0x80)..<0x30000 {
      let form = Fold.table.lookUp(value)
      for index in 0..<form.count {
        let scalar = Fold.table.scalar(form, index)
        let again = Fold.table.lookUp(scalar)
        if again.count != 1 || again.first != scalar { unstable.append(value) }
      }
    }
    #expect(unstable.isEmpty)
  }

  @Test func a_simple_capital_folds_as_the_standard_library_lowers_it() {
    for value in UInt32(0x80)..<0x1C80 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let lower = Array(scalar.properties.lowercaseMapping.unicodeScalars)
      let form = Fold.table.lookUp(value)
      if lower.count == 1, lower[0] != scalar, form.count == 1 {
        let plain = Fold.table.lookUp(lower[0].value)
        #expect(form.first == plain.first, "\(String(value, radix: 16))")
      }
    }
  }
}
