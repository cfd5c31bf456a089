import Glibc

/// A lock on a file, gone with the process at the latest.
struct FileLock: ~Copyable {
  private let file: Int32

  /// Opens the file without locking it. The servers we start must not inherit it.
  init(_ path: String) throws(LocalClusterError) {
    file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw .system("\(path) cannot be opened") }
  }

  deinit {
    close(file)
  }

  /// Waits for the lock: alone, or together with others that share it.
  func lock(shared: Bool = false) throws(LocalClusterError) {
    while flock(file, shared ? LOCK_SH : LOCK_EX) != 0 {
      guard errno == EINTR else { throw .system("the cluster's lock cannot be taken") }
    }
  }

  /// Takes the lock alone if nobody else has it.
  func tryLock() -> Bool {
    flock(file, LOCK_EX | LOCK_NB) == 0
  }
}
