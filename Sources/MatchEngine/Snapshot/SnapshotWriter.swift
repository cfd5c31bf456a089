/// Writes columns one behind the other: the number of elements, the elements, zeros up to a multiple of eight bytes.
struct SnapshotWriter: ~Copyable {
  private static let chunk = 1 << 20

  private let file: SnapshotFile
  private var pending: [UInt8] = []
  private var written = SnapshotHeader.size
  private var checksum = Checksum()

  init(_ path: String) throws(SnapshotError) { file = try SnapshotFile(path) }

  mutating func put(_ number: UInt64) throws(SnapshotError) { try put(Column([number])) }

  mutating func put<Element: BitwiseCopyable & Sendable>(_ elements: [Element]) throws(SnapshotError) {
    try put(Column(elements))
  }

  mutating func put<Element: BitwiseCopyable & Sendable>(_ column: Column<Element>) throws(SnapshotError) {
    withUnsafeBytes(of: UInt64(column.count).littleEndian) { pending.append(contentsOf: $0) }
    var part: [Element] = []
    let most = Self.chunk / MemoryLayout<Element>.stride
    for first in stride(from: 0, to: column.count, by: most) {
      part.removeAll(keepingCapacity: true)
      column.append(first..<min(first + most, column.count), to: &part)
      part.withUnsafeBytes { pending.append(contentsOf: $0) }
      if pending.count >= Self.chunk { try flush() }
    }
    while pending.count % 8 != 0 { pending.append(0) }
  }

  /// Ends the file and puts it in its place.
  consuming func finish(lexicon: UInt64) throws(SnapshotError) {
    while pending.count % Checksum.block != 0 { pending.append(0) }
    try flush()
    let header = SnapshotHeader(length: written, checksum: checksum.value, lexicon: lexicon)
    try write(header.bytes, at: 0)
    try file.publish()
  }

  /// Writes as many whole blocks as are pending.
  private mutating func flush() throws(SnapshotError) {
    let whole = pending.count / Checksum.block * Checksum.block
    let block = Array(pending[..<whole])
    block.withUnsafeBytes { checksum.add($0) }
    try write(block, at: written)
    written += whole
    pending.removeSubrange(..<whole)
  }

  private borrowing func write(_ bytes: [UInt8], at offset: Int) throws(SnapshotError) {
    let outcome = bytes.withUnsafeBytes { bytes -> SnapshotError? in
      do throws(SnapshotError) {
        try file.write(bytes, at: offset)
        return nil
      } catch {
        return error
      }
    }
    if let outcome { throw outcome }
  }
}
