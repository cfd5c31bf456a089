import FoundationEssentials

/// A folder that is gone when the test is over.
struct ScratchFolder: ~Copyable {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "match-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var snapshot: String { path + "/index.snapshot" }

  /// The file's bytes.
  func bytes() throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: snapshot))) }

  /// Puts bytes where the snapshot is, as another file, since the old one may be mapped.
  func put(_ bytes: some Sequence<UInt8>) throws {
    try Data(Array(bytes)).write(to: URL(filePath: snapshot), options: .atomic)
  }

  var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }
}
