import Glibc
import Market

/// A file that is written line by line beside its name and takes the name when it is whole: a reader sees nothing or all. What was
/// written before an interruption can be gone on from.
final class DraftFile: Sendable {
  private let path: String
  private let descriptor: Int32
  /// The whole lines that were there when it was opened.
  let lines: [[UInt8]]

  /// - Parameter resuming: goes on behind the last whole line of an unfinished draft; without one, starts anew.
  /// - Throws: `conflict` with `unfinished_output` when there is a draft and nobody said to go on with it.
  init(_ path: String, resuming: Bool) throws {
    self.path = path
    descriptor = open(path + ".part", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Self.failure(path) }
    do { lines = try Self.wholeLines(descriptor, path, resuming) } catch {
      close(descriptor)
      throw error
    }
  }

  private static func wholeLines(_ descriptor: Int32, _ path: String, _ resuming: Bool) throws -> [[UInt8]] {
    // Two that write one file would write into each other's lines.
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw Refusal.conflict(
        code: "output_in_use", detail: Phrase("\(path) 正由另一进程写入", "\(path) is being written by another process"))
    }
    let bytes = try read(descriptor, path)
    guard resuming || bytes.isEmpty else {
      throw Refusal.conflict(
        code: "unfinished_output",
        detail: Phrase(
          "有未完成的 \(path).part:加 --resume 接着做,或先删除它",
          "there is an unfinished \(path).part: go on with --resume, or delete it"))
    }
    let whole = (bytes.lastIndex(of: 10) ?? -1) + 1
    guard ftruncate(descriptor, whole) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else { throw failure(path) }
    return bytes[..<whole].split(separator: 10).map(Array.init)
  }

  /// Appends a line; it is there even when the process is killed right afterwards.
  func append(_ line: [UInt8]) throws {
    var rest = (line + [10])[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw Self.failure(path) }
      rest = rest.dropFirst(written)
    }
  }

  /// Gives the file its name.
  func finish() throws {
    guard fsync(descriptor) == 0, rename(path + ".part", path) == 0 else { throw Self.failure(path) }
  }

  deinit { close(descriptor) }

  private static func read(_ descriptor: Int32, _ path: String) throws -> [UInt8] {
    var bytes: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure(path) }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  private static func failure(_ path: String) -> Refusal {
    let why = String(cString: strerror(errno))
    return .conflict(code: "not_written", detail: Phrase("不能写入 \(path):\(why)", "cannot write \(path): \(why)"))
  }
}
