import Glibc

/// The few things done with files here, without Foundation.
enum Files {
  struct Status {
    var owner: uid_t
    var isFolder: Bool
    var device: dev_t
    var node: ino_t
  }

  /// Makes a folder and its parents.
  static func makeFolder(_ path: String, mode: mode_t = 0o755) throws(LocalClusterError) {
    if mkdir(path, mode) == 0 || status(path)?.isFolder == true { return }
    guard errno == ENOENT, let parent = parent(of: path) else { throw .system("the folder \(path) cannot be made") }
    try makeFolder(parent)
    guard mkdir(path, mode) == 0 || status(path)?.isFolder == true else {
      throw .system("the folder \(path) cannot be made")
    }
  }

  /// A new folder in the system's place for temporary files, with a name nobody else has.
  static func makeTemporaryFolder() throws(LocalClusterError) -> String {
    for place in temporaryPlaces where place.utf8.count <= 70 && isPlain(place) {
      var template = Array("\(place)/pg.XXXXXX".utf8CString)
      if let path = mkdtemp(&template) { return String(cString: path) }
    }
    throw .system("no temporary folder can be made")
  }

  /// A new file without a name, open for reading and writing.
  static func openNameless() throws(LocalClusterError) -> Int32 {
    for place in temporaryPlaces {
      var template = Array("\(place)/pg.XXXXXX".utf8CString)
      let file = mkstemp(&template)
      guard file >= 0 else { continue }
      _ = fcntl(file, F_SETFD, FD_CLOEXEC)
      unlink(template)
      return file
    }
    throw .system("no temporary file can be made")
  }

  private static var temporaryPlaces: [String] {
    (getenv("TMPDIR").map { [String(cString: $0)] } ?? []) + ["/tmp"]
  }

  static func status(_ path: String) -> Status? {
    var raw = stat()
    guard stat(path, &raw) == 0 else { return nil }
    return Status(
      owner: raw.st_uid, isFolder: raw.st_mode & S_IFMT == S_IFDIR, device: raw.st_dev, node: raw.st_ino)
  }

  static func exists(_ path: String) -> Bool { status(path) != nil }

  /// The names in a folder, without `.` and `..`.
  static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// A file's text; nil when it cannot be read.
  static func read(_ path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    return readAll(file)
  }

  /// What is left to read of an open file.
  static func readAll(_ file: Int32) -> String {
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 8192)
    while true {
      let count = Glibc.read(file, &part, part.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      bytes += part[0..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Writes a file anew, so that it is there whole or not at all.
  static func write(_ text: String, to path: String, owner: Account? = nil) throws(LocalClusterError) {
    let fresh = "\(path).new"
    let file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw .system("\(fresh) cannot be written") }
    defer { close(file) }
    var text = text
    let isWritten = text.withUTF8 { bytes in Glibc.write(file, bytes.baseAddress, bytes.count) == bytes.count }
    guard isWritten, fsync(file) == 0 else { throw .system("\(fresh) cannot be written") }
    if let owner { try give(fresh, to: owner) }
    guard rename(fresh, path) == 0 else { throw .system("\(path) cannot be written") }
  }

  static func give(_ path: String, to account: Account) throws(LocalClusterError) {
    guard let identity = account.identity else { return }
    guard chown(path, identity.user, identity.group) == 0 else {
      throw .system("\(path) cannot be given to the user \(account.name)")
    }
  }

  static func absolute(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  static func parent(of path: String) -> String? {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return nil }
    return String(path[..<slash])
  }

  /// Whether a path means itself to a shell, a configuration file and a connection string.
  static func isPlain(_ path: String) -> Bool {
    path.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
  }
}

func lastSystemError() -> String { String(cString: strerror(errno)) }
