import Foundation
import Testing

@testable import Market

/// What the writer writes, read by Foundation.
@Suite struct JSONTests {
  @Test func random_texts_numbers_and_nests_are_read_back_as_they_were() throws {
    for _ in 0..<300 {
      let value = Self.random(depth: 4)
      var writer = JSONWriter()
      writer.array { Self.write(value, into: &$0) }
      let read = try JSONSerialization.jsonObject(with: Data(writer.bytes), options: [.fragmentsAllowed])
      #expect(Self.value(read) == .array([value]), "\(String(decoding: writer.bytes, as: UTF8.self))")
      #expect(JSONValue.parse(writer.bytes) == .array([value]))
    }
  }

  @Test func every_control_character_quote_and_backslash_is_escaped() throws {
    let text = String(String.UnicodeScalarView((0..<0x21).compactMap(UnicodeScalar.init))) + "\"\\/\u{7F}\u{2028}é成果👩‍🔬"
    var writer = JSONWriter()
    writer.array { json in json.string(text) }
    #expect(writer.bytes.allSatisfy { $0 >= 0x20 })
    #expect(try JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String] == [text])
  }

  @Test func numbers_that_json_has_no_word_for_become_null() throws {
    var writer = JSONWriter()
    writer.array { json in
      for each in [Double.nan, .infinity, -.infinity] { json.double(each) }
      for each in [Int64.min, .max, 0] { json.int(each) }
    }
    #expect(
      String(decoding: writer.bytes, as: UTF8.self) == "[null,null,null,-9223372036854775808,9223372036854775807,0]")
  }

  @Test func money_and_instants_have_their_one_form() {
    var writer = JSONWriter()
    writer.object { json in
      json.key("price")
      json.money(Money(fen: 125_000_000))
      json.key("at")
      json.instant(Instant(microseconds: 1_778_256_000_000_000))
    }
    #expect(
      String(decoding: writer.bytes, as: UTF8.self)
        == #"{"price":{"amount":"1250000.00","currency":"CNY"},"at":"2026-05-08T16:00:00Z"}"#)
  }

  @Test(arguments: [
    "", "{", "[1,,2]", "{\"a\":}", "nul", "01", "{'a':1}", "\"\u{1}\"", "[1] 2", "{\"a\" 1}", #""\ud800""#,
  ])
  func what_is_not_json_is_nothing(text: String) {
    #expect(JSONValue.parse(text.utf8) == nil)
  }

  @Test func a_number_is_no_boolean_and_a_boolean_no_number() {
    #expect(
      JSONValue.parse("[1,true,\"1\",null,0.5,1e2]".utf8)
        == .array([.number(1), .bool(true), .string("1"), .null, .number(0.5), .number(100)]))
  }

  @Test func nesting_without_end_is_refused_and_does_not_crash() {
    let deep = String(repeating: "[", count: 200_000)
    #expect(JSONValue.parse(deep.utf8) == nil)
    #expect(JSONValue.parse((deep + String(repeating: "]", count: 200_000)).utf8) == nil)
  }

  // MARK: Random values

  private static func random(depth: Int) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 7 : 5)) {
    case 0: .null
    case 1: .bool(.random())
    case 2: .number(Double(Int.random(in: -1_000_000_000...1_000_000_000)))
    // Sixty-fourths: Foundation's own reader does not round the last digit of others.
    case 3: .number(Double(Int.random(in: -64_000_000...64_000_000)) / 64)
    case 4: .string(text())
    case 5: .array((0..<Int.random(in: 0..<5)).map { _ in random(depth: depth - 1) })
    default:
      .object(Dictionary((0..<Int.random(in: 0..<5)).map { _ in (text(), random(depth: depth - 1)) }) { a, _ in a })
    }
  }

  private static func text() -> String {
    let ranges: [ClosedRange<UInt32>] = [
      0...0x20, 0x20...0x7E, 0x22...0x22, 0x5C...0x5C, 0x4E00...0x9FFF, 0x1F300...0x1FAFF, 0xE000...0xFFFD,
    ]
    return String(
      String.UnicodeScalarView(
        (0..<Int.random(in: 0..<12)).compactMap { _ in
          ranges.randomElement().flatMap { UnicodeScalar(UInt32.random(in: $0)) }
        }))
  }

  private static func write(_ value: JSONValue, into json: inout JSONWriter) {
    switch value {
    case .null: json.null()
    case .bool(let v): json.bool(v)
    case .number(let v): if let whole = Int(exactly: v) { json.int(whole) } else { json.double(v) }
    case .string(let v): json.string(v)
    case .array(let items): json.array { json in for item in items { write(item, into: &json) } }
    case .object(let members):
      json.object { json in
        for (name, member) in members {
          json.key(name)
          write(member, into: &json)
        }
      }
    }
  }

  private static func value(_ foundation: Any) -> JSONValue {
    switch foundation {
    case let text as String: .string(text)
    case let items as [Any]: .array(items.map(value))
    case let members as [String: Any]: .object(members.mapValues(value))
    case let number as NSNumber:
      ["c", "B"].contains(String(cString: number.objCType)) ? .bool(number.boolValue) : .number(number.doubleValue)
    default: .null
    }
  }
}
