#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A file that appears at its path whole or not at all: written beside it under a lock, made durable, renamed over it.
/// What a killed writer left behind is written over by the next one.
struct SnapshotFile: ~Copyable {
  private let path: String
  private let file: Int32

  /// - Throws: `busy` while another writer, in this process or another, is at work.
  init(_ path: String) throws(SnapshotError) {
    file = try Self.lock(Self.draft(path))
    self.path = path
  }

  deinit { close(file) }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SnapshotError) {
    var done = 0
    while done < bytes.count {
      let wrote = pwrite(file, bytes.baseAddress?.advanced(by: done), bytes.count - done, off_t(offset + done))
      if wrote < 0 && errno == EINTR { continue }
      guard wrote > 0 else { throw .unwritable(wrote < 0 ? errno : ENOSPC) }
      done += wrote
    }
  }

  /// Makes what was written the snapshot.
  func publish() throws(SnapshotError) {
    guard fsync(file) == 0, rename(Self.draft(path), path) == 0 else { throw .unwritable(errno) }
    let slash = path.utf8.lastIndex(of: 0x2F)
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let directory = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
    guard directory >= 0 else { throw .unwritable(errno) }
    defer { close(directory) }
    guard fsync(directory) == 0 else { throw .unwritable(errno) }
  }

  /// The draft, empty and nobody else's.
  private static func lock(_ draft: String) throws(SnapshotError) -> Int32 {
    while true {
      let file = open(draft, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      guard file >= 0 else { throw .unwritable(errno) }
      guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
        let code = errno
        close(file)
        throw code == EWOULDBLOCK ? .busy : .unwritable(code)
      }
      // Between opening and locking, the writer before may have renamed this very file: then it is the snapshot itself.
      if isStill(draft, file) {
        if ftruncate(file, 0) == 0 { return file }
        let code = errno
        close(file)
        throw .unwritable(code)
      }
      close(file)
    }
  }

  private static func draft(_ path: String) -> String { path + ".part" }

  private static func isStill(_ path: String, _ file: Int32) -> Bool {
    var named = stat()
    var held = stat()
    return stat(path, &named) == 0 && fstat(file, &held) == 0 && named.st_ino == held.st_ino
      && named.st_dev == held.st_dev
  }
}
