/// Reads columns in the order they were written, never beyond the file's end.
struct SnapshotReader {
  let header: SnapshotHeader
  private let file: MappedFile
  private var at = SnapshotHeader.size

  /// Opens a snapshot and checks every byte of it.
  init(_ path: String) throws(SnapshotError) {
    file = try MappedFile(path, least: SnapshotHeader.size)
    let read = file.withBytes(0..<SnapshotHeader.size) { bytes -> Result<SnapshotHeader, SnapshotError> in
      do throws(SnapshotError) { return .success(try SnapshotHeader(bytes)) } catch { return .failure(error) }
    }
    header = try read.get()
    guard header.length == file.count, (file.count - SnapshotHeader.size) % Checksum.block == 0 else {
      throw .damaged("length")
    }
    let checksum = file.withBytes(SnapshotHeader.size..<file.count) { bytes in
      var checksum = Checksum()
      checksum.add(bytes)
      return checksum.value
    }
    guard checksum == header.checksum else { throw .damaged("checksum") }
  }

  /// The next column, left where it lies.
  mutating func column<Element: BitwiseCopyable & Sendable>(
    _: Element.Type = Element.self
  ) throws(SnapshotError) -> Column<Element> {
    let (offset, count) = try next(size: MemoryLayout<Element>.stride)
    return Column(MappedColumn(file, offset: offset, count: count))
  }

  /// The next column, copied.
  mutating func array<Element: BitwiseCopyable & Sendable>(
    _: Element.Type = Element.self
  ) throws(SnapshotError) -> [Element] {
    let (offset, count) = try next(size: MemoryLayout<Element>.stride)
    let size = MemoryLayout<Element>.stride
    return file.withBytes(offset..<offset + count * size) { bytes in
      (0..<count).map { bytes.loadUnaligned(fromByteOffset: $0 * size, as: Element.self) }
    }
  }

  /// The next column of one number.
  mutating func number() throws(SnapshotError) -> UInt64 {
    let numbers = try array(UInt64.self)
    guard numbers.count == 1 else { throw .damaged("number") }
    return numbers[0]
  }

  /// Whether nothing but padding is left.
  var isAtEnd: Bool { file.count - at < Checksum.block }

  private mutating func next(size: Int) throws(SnapshotError) -> (offset: Int, count: Int) {
    guard file.count - at >= 8 else { throw .damaged("column") }
    let count = file.withBytes(at..<at + 8) { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    let offset = at + 8
    guard count <= UInt64((file.count - offset) / size) else { throw .damaged("column") }
    at = min(file.count, (offset + Int(count) * size + 7) / 8 * 8)
    return (offset, Int(count))
  }
}
