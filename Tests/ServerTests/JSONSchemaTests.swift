import Market
import TestSupport
import Testing

/// The checker that other tests rely on finds what it is there to find.
@Suite struct JSONSchemaTests {
  @Test(arguments: [
    (#"{"type":"string"}"#, #""x""#, true), (#"{"type":"string"}"#, "1", false),
    (#"{"type":["string","null"]}"#, "null", true),
    (#"{"type":"integer"}"#, "1", true), (#"{"type":"integer"}"#, "1.5", false), (#"{"type":"number"}"#, "1.5", true),
    (#"{"type":"integer"}"#, "true", false),
    (#"{"minimum":1,"maximum":3}"#, "3", true), (#"{"minimum":1,"maximum":3}"#, "4", false),
    (#"{"minimum":1,"maximum":3}"#, "0", false),
    (#"{"maxLength":2}"#, #""成果""#, true), (#"{"maxLength":2}"#, #""成果清""#, false), (#"{"maxItems":1}"#, "[1]", true),
    (#"{"maxItems":1}"#, "[1,2]", false),
    (#"{"enum":["a","b"]}"#, #""b""#, true), (#"{"enum":["a","b"]}"#, #""c""#, false),
    (#"{"const":"CNY"}"#, #""USD""#, false),
    (#"{"pattern":"^a+$"}"#, #""aa""#, true), (#"{"pattern":"^a+$"}"#, #""ab""#, false),
    (#"{"items":{"type":"string"}}"#, #"["a",1]"#, false),
    (#"{"properties":{"a":{"type":"string"}},"required":["a"]}"#, #"{"a":"x","b":1}"#, true),
    (#"{"properties":{"a":{"type":"string"}}}"#, #"{"a":1}"#, false),
    (#"{"required":["a"]}"#, #"{"b":1}"#, false),
    (#"{"properties":{"a":{}},"additionalProperties":false}"#, #"{"b":1}"#, false),
    (##"{"anyOf":[{"type":"null"},{"$ref":"#/components/M"}]}"##, "null", true),
    (##"{"anyOf":[{"type":"null"},{"$ref":"#/components/M"}]}"##, #""m""#, true),
    (##"{"anyOf":[{"type":"null"},{"$ref":"#/components/M"}]}"##, #""n""#, false),
    (##"{"$ref":"#/components/N"}"##, "1", false), (#"{"unheard_of":1}"#, "1", false),
  ])
  func a_value_fits_or_does_not(schema: String, value: String, fits: Bool) throws {
    let document = try #require(JSONValue.parse(#"{"components":{"M":{"const":"m"}}}"#.utf8))
    let rule = try #require(JSONValue.parse(schema.utf8)), json = try #require(JSONValue.parse(value.utf8))
    #expect(JSONSchema(document).faults(of: json, under: rule).isEmpty == fits)
  }
}
