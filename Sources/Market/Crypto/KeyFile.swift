import Glibc

/// A secret in a file that only its owner may read, outside the database.
public enum KeyFile {
  public enum Failure: Error, CustomStringConvertible {
    case io(path: String, reason: String)
    /// Others than the owner may read or write it.
    case tooOpen(path: String)

    public var description: String {
      switch self {
      case .io(let path, let reason): "\(path): \(reason)"
      case .tooOpen(let path): "\(path) can be read by others: `chmod 600 \(path)`"
      }
    }
  }

  /// Writes a new file with mode 0600, whole or not at all. False when there is one of that name already.
  public static func create(_ path: String, _ text: String) throws(Failure) -> Bool {
    let draft = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max))"
    let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .last(draft) }
    defer { unlink(draft) }
    let bytes = Array(text.utf8)
    let written = write(file, bytes, bytes.count), kept = fsync(file)
    guard close(file) == 0, written == bytes.count, kept == 0 else { throw .last(draft) }
    // A link, unlike a rename, does not replace what is there: of two who start at once, one is told.
    if link(draft, path) == 0 { return true }
    guard errno == EEXIST else { throw .last(path) }
    return false
  }

  /// The text of a key file; nil when there is none.
  /// - Throws: `tooOpen` when others may read it, since then it is a secret no longer.
  public static func read(_ path: String) throws(Failure) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    if file < 0, errno == ENOENT { return nil }
    guard file >= 0 else { throw .last(path) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw .last(path) }
    guard status.st_mode & 0o077 == 0 else { throw .tooOpen(path: path) }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    guard Glibc.read(file, &bytes, bytes.count) == bytes.count else { throw .last(path) }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension KeyFile.Failure {
  static func last(_ path: String) -> KeyFile.Failure { .io(path: path, reason: String(cString: strerror(errno))) }
}
