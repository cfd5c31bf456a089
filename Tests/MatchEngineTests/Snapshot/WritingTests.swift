import Testing

@testable import MatchEngine

@Suite struct WritingTests {
  @Test func a_second_writer_is_told_to_wait_and_the_first_one_goes_on() throws {
    let folder = try ScratchFolder()
    var random = Seeded(41)
    let index = SnapshotTests.grown(&random, documents: 30, lexicon: .empty)
    do {
      let first = try SnapshotFile(folder.snapshot)
      #expect(throws: SnapshotError.busy) { try index.write(to: folder.snapshot) }
      try [7].withUnsafeBytes { try first.write($0, at: 0) }
    }
    try index.write(to: folder.snapshot)
    #expect(try MatchIndex(snapshot: folder.snapshot, lexicon: .empty).count == index.count)
    #expect(try folder.names == ["index.snapshot"])
  }

  @Test func many_writers_at_once_leave_one_whole_snapshot() async throws {
    let folder = try ScratchFolder()
    let path = folder.snapshot
    let written = await withTaskGroup(of: Int?.self) { group in
      for writer in 1...8 {
        group.addTask {
          var random = Seeded(UInt64(writer))
          let index = SnapshotTests.grown(&random, documents: writer * 5, lexicon: .empty)
          return (try? index.write(to: path)).map { index.count }
        }
      }
      return await group.reduce(into: Set<Int>()) { if let count = $1 { $0.insert(count) } }
    }
    #expect(!written.isEmpty)
    #expect(written.contains(try MatchIndex(snapshot: path, lexicon: .empty).count))
  }

  @Test func a_draft_left_by_a_killed_writer_is_written_over() throws {
    let folder = try ScratchFolder()
    var random = Seeded(42)
    let index = SnapshotTests.grown(&random, documents: 10, lexicon: .empty)
    try index.write(to: folder.snapshot + ".part")
    try index.write(to: folder.snapshot)
    #expect(try folder.names == ["index.snapshot"])
    #expect(try MatchIndex(snapshot: folder.snapshot, lexicon: .empty).count == index.count)
  }

  @Test func the_old_snapshot_stays_usable_while_and_after_it_is_replaced() throws {
    let folder = try ScratchFolder()
    var random = Seeded(43)
    let old = SnapshotTests.grown(&random, documents: 50, lexicon: .empty)
    try old.write(to: folder.snapshot)
    let mapped = try MatchIndex(snapshot: folder.snapshot, lexicon: .empty)
    try MatchIndex(lexicon: .empty).write(to: folder.snapshot)
    #expect(mapped.search("柑橘", limit: 50) == old.search("柑橘", limit: 50))
    #expect(try MatchIndex(snapshot: folder.snapshot, lexicon: .empty).count == 0)
  }

  @Test func a_folder_that_is_not_there_and_a_mark_too_long_are_errors() throws {
    let folder = try ScratchFolder()
    let index = MatchIndex(lexicon: .empty)
    #expect(throws: SnapshotError.unwritable(2)) { try index.write(to: folder.path + "/none/index") }
    let long = [UInt8](repeating: 0, count: MatchSnapshot.longestMark + 1)
    #expect(throws: SnapshotError.markTooLong(long.count)) { try index.write(to: folder.snapshot, mark: long) }
    #expect(try folder.names.isEmpty)
  }
}
