/// A message of `NOTIFY`, or the mark that messages may have been missed.
public struct PostgresNotification: Sendable, Hashable {
  public let channel: String
  /// What the sender gave, at most 7999 bytes.
  public let payload: String
  /// The server process of the sender; 0 for a mark.
  public let processID: Int32
  /// True for the first element of a stream and the first after each reconnect: from here on messages arrive, earlier
  /// ones may be lost, so look at the tables.
  public let marksGap: Bool
}
