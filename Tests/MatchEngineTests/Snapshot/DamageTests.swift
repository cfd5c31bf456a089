import Testing

@testable import MatchEngine

@Suite struct DamageTests {
  @Test func a_cut_snapshot_is_an_error_wherever_it_is_cut() throws {
    let folder = try ScratchFolder()
    var random = Seeded(31)
    try SnapshotTests.grown(&random, documents: 400, lexicon: .empty).write(to: folder.snapshot)
    let whole = try folder.bytes()
    var cuts = 0
    for length in stride(from: 0, to: whole.count, by: 997) {
      try folder.put(whole[..<length])
      #expect(throws: SnapshotError.self, "\(length)") { try MatchIndex(snapshot: folder.snapshot, lexicon: .empty) }
      cuts += 1
    }
    #expect(cuts > 50)
    try folder.put(whole + [0])
    #expect(throws: SnapshotError.damaged("length")) { try MatchIndex(snapshot: folder.snapshot, lexicon: .empty) }
    try folder.put(whole)
    #expect(try MatchIndex(snapshot: folder.snapshot, lexicon: .empty).count > 0)
  }

  @Test func one_flipped_bit_anywhere_is_an_error() throws {
    let folder = try ScratchFolder()
    var random = Seeded(32)
    try SnapshotTests.grown(&random, documents: 60, lexicon: .empty).write(to: folder.snapshot)
    let whole = try folder.bytes()
    let places = Array(0..<64) + (0..<600).map { _ in Int.random(in: 64..<whole.count, using: &random) }
    for place in places {
      var bent = whole
      bent[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
      try folder.put(bent)
      #expect(throws: SnapshotError.self, "\(place)") { try MatchIndex(snapshot: folder.snapshot, lexicon: .empty) }
    }
  }

  /// Damage under a right checksum, as a faulty writer would make it: refused or harmless, never a crash.
  @Test func a_bent_body_with_a_right_checksum_never_crashes() throws {
    let folder = try ScratchFolder()
    var random = Seeded(33)
    try SnapshotTests.grown(&random, documents: 25, lexicon: .empty).write(to: folder.snapshot)
    let whole = try folder.bytes()
    var refused = 0
    for _ in 0..<1_500 {
      var bent = whole
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        bent[Int.random(in: 64..<whole.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      try folder.put(Resealed.bytes(bent))
      do throws(SnapshotError) {
        let index = try MatchIndex(snapshot: folder.snapshot, lexicon: .empty)
        _ = index.search("柑橘ai", limit: 100, explain: true)
      } catch {
        refused += 1
      }
    }
    #expect(refused > 100)
    try folder.put(Resealed.bytes(whole))
    #expect(try MatchIndex(snapshot: folder.snapshot, lexicon: .empty).count > 0)
  }
}

/// Gives a bent snapshot the header it would have if it were right.
enum Resealed {
  static func bytes(_ bytes: [UInt8]) -> [UInt8] {
    var checksum = Checksum()
    bytes[64...].withUnsafeBytes { checksum.add($0) }
    let header = SnapshotHeader(
      length: bytes.count, checksum: checksum.value, lexicon: Lexicon.empty.fingerprint)
    return header.bytes + bytes[64...]
  }
}
