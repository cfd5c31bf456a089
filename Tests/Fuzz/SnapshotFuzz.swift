import Glibc

/// Any bytes as a snapshot: once as they are, once under a header that fits them, so that the columns are reached.
/// What is believed must be able to answer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSnapshot(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  let bytes = Array(UnsafeBufferPointer(start: data, count: data == nil ? 0 : size))
  read(bytes)
  var body = Array(bytes.dropFirst(SnapshotHeader.size))
  while body.count % Checksum.block != 0 { body.append(0) }
  var checksum = Checksum()
  body.withUnsafeBytes { checksum.add($0) }
  let header = SnapshotHeader(
    length: SnapshotHeader.size + body.count, checksum: checksum.value, lexicon: Lexicon.empty.fingerprint)
  read(header.bytes + body)
  return 0
}

/// A file of our own without a name, written again for each input.
private let file = {
  var name = Array("/tmp/snapshot-fuzz-XXXXXX".utf8CString)
  let descriptor = mkstemp(&name)
  precondition(descriptor >= 0 && unlink(name) == 0)
  return descriptor
}()

private func read(_ bytes: [UInt8]) {
  precondition(ftruncate(file, 0) == 0 && pwrite(file, bytes, bytes.count, 0) == bytes.count)
  let path = "/proc/self/fd/\(file)"
  guard var index = try? MatchIndex(snapshot: path, lexicon: .empty) else { return }
  _ = index.page("柑橘 robot", limit: 100, explain: true)
  _ = index.rank(MatchQuery(title: "油茶", content: "柑橘黄龙病"), limit: 10, explain: true)
  _ = index.suggestion(for: "robto 柑桔黄龙病")
  index.apply([.put(MatchDocument(key: 1, title: "柑橘", body: "", tags: [])), .remove(2)])
  _ = index.search("柑橘", limit: 10, explain: true)
}
