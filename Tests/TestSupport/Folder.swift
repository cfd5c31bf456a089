import Foundation

/// A folder for one test.
public struct Folder: Sendable {
  public let path: String

  public static func with<T>(copyOf other: String? = nil, _ body: (Folder) async throws -> T) async throws -> T {
    let path = NSTemporaryDirectory() + "/jiebang-test-" + UUID().uuidString
    if let other {
      try FileManager.default.copyItem(atPath: URL(fileURLWithPath: other).resolvingSymlinksInPath().path, toPath: path)
    } else {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(Folder(path: path))
  }

  public func append(_ name: String, _ text: String) throws {
    let old = FileManager.default.contents(atPath: "\(path)/\(name)") ?? Data()
    try (old + Data(text.utf8)).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
  }

  @discardableResult
  public func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    return "\(path)/\(name)"
  }
}
