import Glibc

/// A file that only its owner may read, from its first byte on.
enum SecretFile {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw Failure(description: "cannot write \(path): \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
      throw Failure(description: "cannot write \(path): \(String(cString: strerror(errno)))")
    }
  }
}
