#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A file's bytes, mapped for reading and unmapped with the last reference.
///
/// The file must not be cut short in place while it is mapped; replacing it by renaming another over it is safe.
///
/// SAFETY: `@unchecked Sendable` because the mapping is private, read-only and immutable from `init` to `deinit`.
final class MappedFile: @unchecked Sendable {
  let base: UnsafeRawPointer
  let count: Int

  /// - Throws: `unreadable` with the system's error number; `notASnapshot` for what is no file or smaller than `least`.
  init(_ path: String, least: Int) throws(SnapshotError) {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw .unreadable(errno) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw .unreadable(errno) }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size >= least, least > 0 else { throw .notASnapshot }
    count = Int(status.st_size)
    guard let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, file, 0), address != MAP_FAILED else {
      throw .unreadable(errno)
    }
    base = UnsafeRawPointer(address)
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: base), count) }

  /// The bytes of a part, valid inside the closure only.
  func withBytes<Result>(_ part: Range<Int>, _ read: (UnsafeRawBufferPointer) -> Result) -> Result {
    precondition(part.lowerBound >= 0 && part.upperBound <= count)
    return read(UnsafeRawBufferPointer(start: base + part.lowerBound, count: part.count))
  }
}

/// Numbers in a mapped file.
struct MappedColumn<Element: BitwiseCopyable & Sendable>: Sendable {
  private let file: MappedFile
  private let offset: Int
  let count: Int

  /// - Precondition: `count` elements from `offset` lie within the file, aligned to their size.
  init(_ file: MappedFile, offset: Int, count: Int) {
    precondition(offset >= 0 && count >= 0 && offset % MemoryLayout<Element>.alignment == 0)
    precondition(offset <= file.count && count <= (file.count - offset) / MemoryLayout<Element>.stride)
    self.file = file
    self.offset = offset
    self.count = count
  }

  private var elements: UnsafeBufferPointer<Element> {
    UnsafeBufferPointer(start: (file.base + offset).assumingMemoryBound(to: Element.self), count: count)
  }

  @inline(__always) subscript(at: Int) -> Element {
    precondition(at >= 0 && at < count)
    return elements[at]
  }

  @inline(__always) func withSpan<Result>(_ read: (Span<Element>) -> Result) -> Result {
    withExtendedLifetime(file) { read(elements.span) }
  }

  /// - Parameter part: bytes of the column.
  @inline(__always) func withBytes<Result>(_ part: Range<Int>, _ read: (UnsafeRawBufferPointer) -> Result) -> Result {
    precondition(part.lowerBound >= 0 && part.upperBound <= count * MemoryLayout<Element>.stride)
    return file.withBytes(offset + part.lowerBound..<offset + part.upperBound, read)
  }

  func append(_ part: Range<Int>, to array: inout [Element]) {
    precondition(part.lowerBound >= 0 && part.upperBound <= count)
    withExtendedLifetime(file) { array.append(contentsOf: elements[part]) }
  }
}
