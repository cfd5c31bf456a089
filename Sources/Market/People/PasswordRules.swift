/// What a password must not be. Length is what counts (NIST SP 800-63B): no capitals, digits or signs are asked for, and none is
/// ever due for renewal.
enum PasswordRules {
  static let shortest = 10
  static let longest = 128
  /// What anybody tries here first.
  private static let ours = ["jiebang", "揭榜"]

  /// What is wrong with a password for this person.
  /// - Parameter words: what somebody who knows the person would try: login, name, organisation.
  static func issues(_ password: String, words: [String]) -> [Issue] {
    let count = password.unicodeScalars.count
    if count < shortest { return [issue("too_short", "至少 \(shortest) 个字符", "at least \(shortest) characters")] }
    if count > longest { return [issue("too_long", "最多 \(longest) 个字符", "at most \(longest) characters")] }
    let forms = forms(of: password)
    if forms.contains(where: isCommon) {
      return [issue("too_common", "太常见,容易被猜到,请换一个", "too common: it is among the first guesses")]
    }
    let known = (words + ours).flatMap { $0.split(separator: "@").prefix(1) }.map { plain(String($0)) }
    if known.contains(where: { word in word.count >= 3 && forms.contains { isMostly(word, $0) } }) {
      return [issue("too_close", "与登录名、姓名、单位或本平台名称太接近", "little more than the login, a name, or the product's own")]
    }
    return []
  }

  private static func issue(_ code: String, _ zh: String, _ en: String) -> Issue {
    Issue(pointer: "/password", code: code, detail: Phrase("密码" + zh, "the password is " + en))
  }

  /// As it was typed, without capitals and signs; and with letters for the digits that stand for them.
  private static func forms(of password: String) -> [String] {
    let typed = plain(password)
    return [typed, String(typed.map { disguises[$0] ?? $0 })]
  }
  private static func plain(_ text: String) -> String {
    String(text.lowercased().map { $0 == "@" ? "a" : $0 == "$" ? "s" : $0 }.filter { $0.isLetter || $0.isNumber })
  }
  private static let disguises: [Character: Character] = ["0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t"]

  /// Nothing but a common stem with a little around it, few characters over and over, or a run of keys.
  private static func isCommon(_ plain: String) -> Bool {
    if Set(plain).count <= 3 { return true }
    if runs.contains(where: { ($0 + $0).contains(plain) || String(($0 + $0).reversed()).contains(plain) }) { return true }
    return stems.contains { isMostly($0, plain) }
  }

  private static func isMostly(_ word: String, _ plain: String) -> Bool {
    plain.contains(word) && plain.replacing(word, with: "").count <= 4
  }

  private static let runs = [
    "1234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "147258369", "1a2b3c4d5e6f7g8h9i",
  ]
  private static let stems = [
    "password", "passw0rd", "passwd", "welcome", "letmein", "iloveyou", "administrator", "admin", "qwerty", "qwertyuiop",
    "asdfgh", "zxcvbn", "1qaz2wsx", "1q2w3e4r", "qazwsx", "woaini", "woaini1314", "5201314", "1314520", "mima", "sunshine",
    "football", "baseball", "princess", "superman", "dragon", "monkey", "master", "shadow", "trustno1", "changeme",
    "default", "secret", "test", "guest", "root", "system", "manager", "user", "login", "hello", "computer", "internet",
    "china", "zhongguo", "beijing", "shanghai", "guangxi", "nanning", "guilin", "daxue", "university", "keji", "jishu",
    "jiaoyi", "pingtai", "123456", "12345678", "123456789", "1234567890", "654321", "123123", "112233", "111222", "121212",
    "123321", "147258", "159357", "789456", "888888", "666666", "000000", "abc123", "abcd1234", "a123456", "qq123456",
    "aa123456", "asd123", "qwe123", "zaq12wsx",
  ]
}
