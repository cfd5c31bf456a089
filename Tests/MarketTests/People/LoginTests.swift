import Testing

@testable import Market

@Suite struct LoginTests {
  @Test(arguments: [
    ("Zhang.San@Example.EDU.cn", "zhang.san@example.edu.cn", "z***@example.edu.cn"),
    (" a+b@example.invalid ", "a+b@example.invalid", "a***@example.invalid"),
    ("13800000000", "13800000000", "138****0000"), ("+86 138-0000-0000", "13800000000", "138****0000"),
  ])
  func one_spelling_names_one_account_and_is_shown_masked(typed: String, kept: String, shown: String) throws {
    let login = try #require(Login(typed))
    #expect(login.text == kept && login.masked == shown)
  }

  @Test(arguments: [
    "", "x", "@example.invalid", "a@", "a@b", "a@b@c.invalid", "a b@example.invalid", "张@example.invalid",
    "a@-x.invalid",
    "12345", "23800000000", "12800000000", "138000000000", "１３８０００００００００",
    "a@\(String(repeating: "x", count: 120)).invalid",
    "a\u{0}@example.invalid",
  ])
  func what_is_neither_an_address_nor_a_number_is_none(typed: String) { #expect(Login(typed) == nil) }

  @Test(arguments: [
    ("short", "too_short"), (String(repeating: "ab3kd9", count: 22), "too_long"), ("password123", "too_common"),
    ("P@ssw0rd2026", "too_common"), ("1234567890", "too_common"), ("qwertyuiop", "too_common"),
    ("aaaaaaaaaaaa", "too_common"),
    ("woaini1314!!", "too_common"), ("9876543210", "too_common"), ("1qaz2wsx3edc", "too_common"),
    ("Admin@2026", "too_common"),
    ("jiebang2026", "too_close"), ("J1ebang-2026", "too_close"), ("zhangsan2026", "too_close"),
    ("示例大学示例大学2026", "too_close"),
  ])
  func a_password_that_is_tried_first_is_refused(password: String, code: String) {
    let issues = PasswordRules.issues(password, words: ["zhangsan@example.invalid", "示例人员", "示例大学"])
    #expect(issues.map(\.code) == [code] && issues.map(\.pointer) == ["/password"])
  }

  @Test(arguments: [
    "correct horse battery", "柑橘树下有一只很老的猫", "Kx9-vv2-Lqp", "my cat climbs at noon", "tgbnhyujm-27-orchard",
  ])
  func a_long_one_of_ones_own_is_taken_whatever_it_is_made_of(password: String) {
    #expect(PasswordRules.issues(password, words: ["zhangsan@example.invalid", "示例人员", "示例大学"]).isEmpty)
  }
}
