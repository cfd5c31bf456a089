/// An index in one file, from which a server answers again within seconds of its start.
///
/// The file is mapped, not read in: its pages are shared with other processes and come and go with the memory there is.
/// Replace it only by writing a snapshot again; cutting it short in place ends the processes that use it.
public struct MatchSnapshot: Sendable {
  /// Bytes a caller may add to a snapshot.
  public static let longestMark = 4_096

  public let index: MatchIndex
  /// What the writer added, such as how far into a log the index had read.
  public let mark: [UInt8]

  /// Opens a snapshot. Every byte is checked before anything is believed.
  ///
  /// - Parameter lexicon: must be the one the index was made with.
  public init(_ path: String, lexicon: Lexicon) throws(SnapshotError) {
    var reader = try SnapshotReader(path)
    guard reader.header.lexicon == lexicon.fingerprint else { throw .otherLexicon }
    mark = try reader.array(UInt8.self)
    guard mark.count <= Self.longestMark else { throw .damaged("mark") }
    let number = try reader.number()
    guard let reading = UInt8(exactly: number).flatMap(TextReading.init) else { throw .damaged("reading") }
    var views: [SegmentView] = []
    let count = try reader.number()
    while views.count < count {
      views.append(try SegmentSnapshot.read(&reader, reading: reading, concepts: lexicon.terms.count))
    }
    guard reader.isAtEnd else { throw .damaged("end") }
    index = MatchIndex(lexicon: lexicon, reading: reading, views: views)
  }

  init(index: MatchIndex, mark: [UInt8]) {
    self.index = index
    self.mark = mark
  }

  /// Writes the snapshot; the one that was there before stays until the new one is whole and durable.
  fileprivate func write(to path: String) throws(SnapshotError) {
    guard mark.count <= Self.longestMark else { throw .markTooLong(mark.count) }
    var writer = try SnapshotWriter(path)
    try writer.put(mark)
    try writer.put(UInt64(index.reading.rawValue))
    try writer.put(UInt64(index.views.count))
    for view in index.views { try SegmentSnapshot.write(view, to: &writer) }
    try writer.finish(lexicon: index.lexicon.fingerprint)
  }
}

extension MatchIndex {
  /// The index of a snapshot.
  public init(snapshot path: String, lexicon: Lexicon) throws(SnapshotError) {
    self = try MatchSnapshot(path, lexicon: lexicon).index
  }

  /// Writes the index to one file, whole or not at all.
  ///
  /// - Parameters:
  ///   - path: the file; `path` and ".part" is where it is written first.
  ///   - mark: at most `MatchSnapshot.longestMark` bytes of the caller's own.
  /// - Throws: `busy` while another writer is at work on the same path.
  public func write(to path: String, mark: [UInt8] = []) throws(SnapshotError) {
    try MatchSnapshot(index: self, mark: mark).write(to: path)
  }
}
