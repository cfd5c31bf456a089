import Market

/// The feed of notices, RFC 4287. An entry keeps its id for ever; what changes is its state and when.
enum NoticeFeed {
  static func atom(_ notices: [Notice], id: String) -> String {
    var xml = """
      <?xml version="1.0" encoding="utf-8"?>
      <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">
        <id>urn:uuid:\(id)</id>
        <title>公示</title>
        <updated>\(notices.map(\.updatedAt).max()?.text ?? "1970-01-01T00:00:00Z")</updated>
        <link rel="self" type="application/atom+xml" href="/notices.atom"/>

      """
    for notice in notices { xml += entry(notice) }
    return xml + "</feed>\n"
  }

  private static func entry(_ notice: Notice) -> String {
    """
      <entry>
        <id>urn:uuid:\(notice.id.bits.uuidText)</id>
        <title>\(XMLText.escape(notice.headline))</title>
        <published>\((notice.publishedAt ?? notice.createdAt).text)</published>
        <updated>\(notice.updatedAt.text)</updated>
        <author><name>\(XMLText.escape(notice.organisationName))</name></author>
        <category term="\(XMLText.escape(notice.noticeKind))" label="\(XMLText.escape(notice.kindTitle.zh))"/>
        <category scheme="urn:jiebang:status" term="\(notice.state.rawValue)"/>
        <link rel="alternate" type="text/html" href="/api/v1/notices/\(notice.id)/page"/>
        <link rel="related" type="application/json" href="/api/v1/notices/\(notice.id)"/>
        <content type="text">\(XMLText.escape(notice.text))</content>
      </entry>

    """
  }
}

/// A notice on one page, for the printer and the notice board: no script, nothing loaded from elsewhere.
enum NoticePage {
  static func html(_ notice: Notice) -> String {
    """
    <!DOCTYPE html>
    <html lang="zh-CN">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(XMLText.escape(notice.headline))</title>
    <link rel="alternate" type="application/atom+xml" title="公示" href="/notices.atom">
    <style>main{max-width:40rem;margin:2rem auto;font:1.1rem/1.8 serif;white-space:pre-wrap;overflow-wrap:anywhere}</style>
    </head>
    <body><main>\(XMLText.escape(notice.text))</main></body>
    </html>

    """
  }
}

/// Text inside markup.
enum XMLText {
  /// Escapes what markup would read, and leaves out characters that XML 1.0 has no place for.
  static func escape(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out.append(contentsOf: "&amp;".unicodeScalars)
      case "<": out.append(contentsOf: "&lt;".unicodeScalars)
      case ">": out.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": out.append(contentsOf: "&quot;".unicodeScalars)
      case "\t", "\n", "\r": out.append(scalar)
      default:
        if scalar.value >= 0x20, scalar.value & 0xFFFE != 0xFFFE { out.append(scalar) }
      }
    }
    return String(out)
  }
}
