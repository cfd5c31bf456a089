/// What is wrong with a ledger, or with what is said to be from one, in a sentence that names the event, the head or the key.
public struct LedgerFault: Error, Hashable, CustomStringConvertible {
  /// The line of the file it was found at, from 1.
  public let line: Int?
  public let phrase: Phrase

  public init(line: Int? = nil, _ zh: String, _ en: String) { (self.line, phrase) = (line, Phrase(zh, en)) }

  public var description: String { line.map { "line \($0): \(phrase.en)" } ?? phrase.en }
}
