import FoundationEssentials

/// Finds the data the product ships: `Migrations/`, `Rulebook/`, `Lexicon/`, `Samples/`. They are in `JIEBANG_SHARE`, else in
/// `share/jiebang` beside the binary's folder, else in the checkout that the binary was built in or is run from.
public enum Share {
  public static func folder(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> String {
    let binary =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    var candidates = [environment["JIEBANG_SHARE"]].compactMap(\.self)
    if candidates.isEmpty {
      candidates = [parent(parent(binary)) + "/share/jiebang"]
      for start in [parent(binary), FileManager.default.currentDirectoryPath, parent(#filePath)] {
        var place = start
        while place.count > 1 {
          candidates.append(place)
          place = parent(place)
        }
      }
    }
    if let found = candidates.first(where: {
      FileManager.default.fileExists(atPath: $0 + "/Migrations/0001_kernel.sql")
    }) {
      return found
    }
    throw Missing(looked: candidates)
  }

  /// The bytes of one shipped file.
  public static func read(_ path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else { throw Missing(looked: [path]) }
    return Array(data)
  }

  private static func parent(_ path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  public struct Missing: Error, CustomStringConvertible {
    let looked: [String]
    public var description: String {
      "data files not found; set JIEBANG_SHARE. Looked in: \(looked.joined(separator: ", "))"
    }
  }
}
