/// Why a snapshot was not written or not believed. After any of these the index can be built anew from its documents.
public enum SnapshotError: Error, Sendable, Equatable {
  /// The file cannot be opened; the system's error number (2: there is none).
  case unreadable(Int32)
  /// The file cannot be written; the system's error number.
  case unwritable(Int32)
  /// Another writer is at work on the same snapshot.
  case busy
  /// Not a snapshot of an index, or cut short within its first bytes.
  case notASnapshot
  /// Written by a release that keeps, cuts or folds texts in another way, or on another kind of machine.
  case otherFormat(UInt32)
  /// Made with another lexicon.
  case otherLexicon
  /// Cut, overwritten or bent; what was found wrong.
  case damaged(String)
  /// The caller's mark is longer than `MatchSnapshot.longestMark`.
  case markTooLong(Int)
}
