import TestSupport
import Testing

@testable import Market

@Suite struct CanonicalJSONTests {
  private func canonical(_ text: String) throws -> String {
    String(decoding: try #require(JSONValue.parse(text.utf8)).canonical, as: UTF8.self)
  }

  @Test func the_example_of_RFC_8785_comes_out_as_printed_there() throws {
    let given = #"""
      {
        "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
      }
      """#
    let expected =
      #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#
      + #""string":"€$\u000f\nA'B\"\\\\\"/"}"#
    #expect(try canonical(given) == expected)
  }

  @Test func names_are_sorted_by_their_utf16() throws {
    let given =
      #"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji","\u0080":"Control","\u00f6":"o"}"#
    let names = try canonical(given).split(separator: ",").map { $0.split(separator: ":")[0] }
    #expect(
      names == ["{\"\\r\"", "\"1\"", "\"\u{80}\"", "\"ö\"", "\"€\"", "\"😀\"", "\"\u{fb33}\""])
  }

  @Test(arguments: [
    (UInt64(0x0000_0000_0000_0000), "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
    (0x8000_0000_0000_0001, "-5e-324"), (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
    (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"), (0x4340_0000_0000_0000, "9007199254740992"),
    (0xc340_0000_0000_0000, "-9007199254740992"), (0x4430_0000_0000_0000, "295147905179352830000"),
    (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"), (0x44b5_2d02_c7e1_4af6, "1e+23"),
    (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"), (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
    (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"), (0x444b_1ae4_d6e2_ef50, "1e+21"),
    (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"), (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
    (0x41b3_de43_5555_5553, "333333333.3333332"), (0x41b3_de43_5555_5554, "333333333.33333325"),
    (0x41b3_de43_5555_5555, "333333333.3333333"), (0x41b3_de43_5555_5556, "333333333.3333334"),
    (0x41b3_de43_5555_5557, "333333333.33333343"), (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
    (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
  ])
  func numbers_are_those_of_the_appendix_of_RFC_8785(bits: UInt64, text: String) {
    #expect(String(decoding: JSONValue.number(Double(bitPattern: bits)).canonical, as: UTF8.self) == text)
  }

  @Test func python_reads_back_every_value_and_agrees_on_whole_numbers_and_text() throws {
    var given: [JSONValue] = []
    for _ in 0..<300 {
      let text = String((0..<6).map { _ in Character(UnicodeScalar(UInt32.random(in: 1...0xD7FF))!) })
      given.append(.object([text: .number(Double(Int32.random(in: .min ... .max))), "a": .string(text)]))
    }
    let ours = JSONValue.array(given).canonical
    let program = """
      import json, sys
      data = json.load(sys.stdin.buffer)
      sys.stdout.buffer.write(json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode())
      """
    guard let theirs = try Python.run(program, input: ours) else { return }
    // Python escapes DEL no more than we do; below U+10000 its order of names is that of UTF-16.
    #expect(theirs == ours)
  }
}
