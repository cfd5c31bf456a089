import MatchEngine

/// A text with what was found in it between `<em>` and `</em>`, and everything else escaped for a page.
enum Highlight {
  static func mark(_ text: String, _ spans: [MatchSpan]) -> String {
    let bytes = Array(text.utf8)
    var marked = [Bool](repeating: false, count: bytes.count)
    for span in spans {
      for i in span.bytes.clamped(to: 0..<bytes.count) { marked[i] = true }
    }
    var out: [UInt8] = []
    var isOpen = false
    for (i, byte) in bytes.enumerated() {
      // Tags stand between characters only.
      if byte & 0xC0 != 0x80, marked[i] != isOpen {
        out += (isOpen ? "</em>" : "<em>").utf8
        isOpen.toggle()
      }
      switch byte {
      case 0x26: out += "&amp;".utf8
      case 0x3C: out += "&lt;".utf8
      case 0x3E: out += "&gt;".utf8
      default: out.append(byte)
      }
    }
    if isOpen { out += "</em>".utf8 }
    return String(decoding: out, as: UTF8.self)
  }
}
