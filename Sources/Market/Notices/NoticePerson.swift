import Postgres

/// The people that a notice names. What is hashed says of each a salted digest alone: the names can be taken down when their time
/// is over (个人信息保护法 § 47), and what was published can still be proved.
public enum NoticePerson {
  public static let inputs = [
    InputField("name", .text(max: 60), Phrase("姓名", "name")),
    InputField("unit", .text(max: 120), Phrase("单位", "organisation")),
    InputField("part", .text(max: 300), required: false, Phrase("职务、贡献或份额", "part, contribution or share")),
  ]

  /// What stands for one of them in the content of a notice: `sha256:` and the digest of the salt, their place and what is said.
  public static func digest(of person: JSONValue, at place: Int, salt: String) -> String {
    let text = "\(salt)\n\(place)\n" + String(decoding: person.canonical, as: UTF8.self)
    return "sha256:" + HashAlgorithm.sha256.hash(Array(text.utf8)).hex
  }

  /// The places whose digest in the content is not that of the person shown; empty where none are shown any more.
  public static func mismatches(_ persons: [JSONValue], salt: String?, in content: JSONValue) -> [Int] {
    let said = content["persons"]?.array?.compactMap(\.string) ?? []
    guard !persons.isEmpty || salt != nil else { return [] }
    return (0..<max(persons.count, said.count)).filter { place in
      guard let salt, place < persons.count, place < said.count else { return true }
      return digest(of: persons[place], at: place, salt: salt) != said[place]
    }
  }
}

extension Notice {
  /// The people it names, as long as it does.
  var namedPersons: [JSONValue] { JSONValue.parse(persons)?.array ?? [] }
  /// Whether it named people who have been taken down since.
  var hasWithdrawnNames: Bool { namedPersons.isEmpty && !(pinned["persons"]?.array ?? []).isEmpty }
}

extension Effect<Notice> {
  static let withdrawNames = Effect(set: { _, _ in "persons = '[]', persons_salt = NULL, persons_until = NULL" })
}

extension Guard<Notice> {
  static let namesAreDue = Guard("not_due", "尚未到撤下姓名的时间", "the names may stay for now") { notice, moment in
    notice.personsUntil.map { $0 <= moment.now } ?? false
  }
}

extension Notice {
  /// Until when the names stay: for the rulebook's months after it is over.
  func namesStay(_ moment: Moment) throws -> SQL {
    let months = try moment.rules.rule(.personalRetention, region: region, on: moment.now.dateInShanghai).value
    return """
      persons_until = CASE WHEN persons <> '[]' THEN \(moment.now) + make_interval(months => \(Int32(clamping: months))) END
      """
  }
}
