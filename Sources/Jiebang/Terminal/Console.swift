import FoundationEssentials
import Glibc
import Market

/// Standard output for data, standard error for everything else; Chinese under a Chinese locale, else English.
enum Console {
  static let isChinese: Bool = {
    let environment = ProcessInfo.processInfo.environment
    let language = ["LC_ALL", "LC_MESSAGES", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    // A bare C locale says nothing about the reader, and the product's users read Chinese.
    return language.hasPrefix("zh") || language.isEmpty || language.hasPrefix("C") || language.hasPrefix("POSIX")
  }()

  static func pick(_ phrase: Phrase) -> String { isChinese ? phrase.zh : phrase.en }

  static func out(_ text: String, terminator: String = "\n") { write(text + terminator, to: 1) }
  /// One line of JSON.
  static func json(_ body: (inout JSONWriter) -> Void) {
    var json = JSONWriter()
    body(&json)
    out(String(decoding: json.bytes, as: UTF8.self))
  }
  static func note(_ text: String) { write(text + "\n", to: 2) }
  static func error(_ text: String) { write("jiebang: \(text)\n", to: 2) }

  static var errorIsTerminal: Bool { isatty(2) == 1 }

  static func write(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR || errno == EAGAIN { continue }
      guard written > 0 else { return }
      rest = rest.dropFirst(written)
    }
  }
}
