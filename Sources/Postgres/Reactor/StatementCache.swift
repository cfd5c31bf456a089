/// The statements one connection has prepared, by text and types of the binds.
///
/// A statement is prepared the second time it is seen, so that one-off texts cost the server nothing.
struct StatementCache {
  struct Key: Hashable {
    let sql: SQL

    static func == (left: Key, right: Key) -> Bool {
      left.sql.text == right.sql.text && left.sql.binds.count == right.sql.binds.count
        && zip(left.sql.binds, right.sql.binds).allSatisfy { $0.type == $1.type }
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(sql.text)
    }
  }

  final class Entry {
    enum State { case seen, sent, prepared }

    let key: Key
    /// The name on the server, as a C string.
    let name: [CChar]
    var state = State.seen
    var lastUse: UInt64

    init(key: Key, name: [CChar], lastUse: UInt64) {
      self.key = key
      self.name = name
      self.lastUse = lastUse
    }
  }

  let capacity: Int
  private var entries: [Key: Entry] = [:]
  private var uses: UInt64 = 0
  /// Names the server may forget.
  private(set) var discarded: [[CChar]] = []

  init(capacity: Int = 512) {
    self.capacity = capacity
  }

  var count: Int { entries.count }

  /// The entry of a statement, and whether it is new here.
  mutating func entry(for sql: SQL) -> (entry: Entry, isNew: Bool) {
    uses += 1
    if let entry = entries[Key(sql: sql)] {
      entry.lastUse = uses
      return (entry, false)
    }
    if entries.count >= capacity { evictOldest() }
    let key = Key(sql: sql.withoutValues)
    let entry = Entry(key: key, name: Array("s\(uses)".utf8CString), lastUse: uses)
    entries[key] = entry
    return (entry, true)
  }

  /// Forgets a statement; the server is told to, if it has it.
  mutating func remove(_ entry: Entry) {
    if entry.state == .prepared { discarded.append(entry.name) }
    forget(entry)
  }

  /// Forgets a statement that the server does not have.
  mutating func forget(_ entry: Entry) {
    if entries[entry.key] === entry { entries[entry.key] = nil }
    entry.state = .seen
  }

  mutating func takeDiscarded() -> [[CChar]] {
    defer { discarded = [] }
    return discarded
  }

  mutating func discardLater(_ name: [CChar]) {
    discarded.append(name)
  }

  private mutating func evictOldest() {
    // One that is on its way cannot be named in a DEALLOCATE yet.
    let oldest = entries.values.filter { $0.state != .sent }.min { $0.lastUse < $1.lastUse }
    if let oldest { remove(oldest) }
  }
}
