import Foundation
import Market
import TestSupport

/// The command on a database of one's own.
func jiebang(on conninfo: String, share: String? = nil, language: String = "C.UTF-8") throws -> Program {
  try Program.jiebang([
    "JIEBANG_DATABASE_URL": conninfo, "JIEBANG_SHARE": try share ?? Share.folder(), "LC_ALL": language,
    "JIEBANG_HOME": "/nonexistent",
  ])
}

/// The command in a language, for what needs no database.
func jiebang(language: String = "C.UTF-8") throws -> Program {
  try Program.jiebang([
    "LC_ALL": language, "JIEBANG_SHARE": try Share.folder(), "JIEBANG_HOME": "/nonexistent",
    "JIEBANG_DATABASE_URL": "host=/nonexistent dbname=nowhere",
  ])
}

extension Folder {
  @discardableResult
  func write(_ name: String, text: String) throws -> String { try write(name, Array(text.utf8)) }
}

extension Program.Outcome {
  var lines: [Substring] { out.split(separator: "\n") }
  /// A member of the JSON object that was printed.
  func member(_ name: String) -> Any? { (json as? [String: Any])?[name] }
}
