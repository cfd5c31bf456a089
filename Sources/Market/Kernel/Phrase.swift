/// One sentence in the two languages the product speaks.
public struct Phrase: Sendable, Hashable {
  public let zh: String
  public let en: String

  public init(_ zh: String, _ en: String) {
    self.zh = zh
    self.en = en
  }
}
