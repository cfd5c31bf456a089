import Testing

@testable import Market

@Suite struct PersonalDataTests {
  @Test(arguments: [
    ("电话13800138000。", "电话138****8000。"), ("+8613800138000", "+86138****8000"), ("138 0013 8000", "138 **** 8000"),
    ("138-0013-8000", "138-****-8000"), ("１３８００１３８０００", "１３８****８０００"),
    ("身份证450300199001011234", "身份证45**************34"), ("45030019900101123X", "45**************3X"),
  ])
  func numbers_of_persons_are_found_and_masked(text: String, masked: String) {
    #expect(PersonalData.masked(text) == masked)
    #expect(PersonalData.issues([("/x", text)]).map(\.pointer) == ["/x"])
  }

  @Test(arguments: [
    "0773-5812345", "12100000400000624D", "91450300MA5KXXXX1X", "2026450300000001", "公示〔2026〕12号", "1250000.00",
    "12345678901",
    "138001380001", "2026-05-08 2026-05-09", "450300209913011234", "",
  ])
  func other_numbers_stay(text: String) {
    #expect(PersonalData.masked(text) == text && PersonalData.issues([("/x", text)]).isEmpty)
  }
}
