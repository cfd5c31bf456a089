import HTTPTypes
import Market

extension Route {
  static let openContracting: [Route] = [releases, release, record, months, month]

  private static let releasePackage = Schema(name: "ReleasePackage") { json in
    json.schemaObject([], required: ["uri", "version", "publishedDate", "publisher"], isOpen: true)
  }
  private static let recordPackage = Schema(name: "RecordPackage") { json in
    json.schemaObject([], required: ["uri", "version", "publishedDate", "publisher", "records"], isOpen: true)
  }

  private static let releases: Route = .get(
    "/ocds/releases", "ocds", "公开采购数据:发布项(OCDS 1.1)", "release packages, OCDS 1.1; follow links.next to the end",
    query: [
      QueryParameter("cursor", .text(max: 20), "上一页给出的位置", "where the page before ended"),
      QueryParameter("month", .text(max: 7), "发布月份,如 2026-03", "month of release, as 2026-03"),
      .limit,
    ], gives: .object(releasePackage)
  ) { call in
    guard let cursor = Int64(call.query["cursor"] ?? "0"), cursor >= 0 else { throw Refusal.pageTokenMismatch }
    let month = call.query["month"]
    let page = try await call.market.openContracting.releases(
      after: cursor, limit: try call.integer("limit", default: 100, 1...100), month: month)
    let publisher = try await call.market.openContracting.publisher()
    let rest = month.map { "&month=\(percentEncoded($0))" } ?? ""
    return .json { json in
      json.package(call, publisher: publisher, newest: page.newest) { json in
        json.array("releases") { json in for release in page.releases { json.raw(release) } }
        json.object("links") { json in
          if let next = page.next { json.string("next", call.address("/ocds/releases?cursor=\(next)\(rest)")) }
        }
      }
    }
  }

  private static let release: Route = .get(
    "/ocds/releases/{ocid}/{id}", "ocds", "一个发布项,永久地址", "one release, at its address for ever",
    gives: .object(
      Schema(name: "Release") { json in json.schemaObject([], required: ["ocid", "id", "date", "tag"], isOpen: true) })
  ) { call in
    let body = try await call.market.openContracting.release(call.parameters["ocid"] ?? "", call.parameters["id"] ?? "")
    return Reply(body: body)
  }

  private static let months: Route = .get(
    "/ocds/months", "ocds", "月度文件列表;月份结束即封存,杂凑值入账本",
    "the monthly files; one is frozen when its month is over, its hash in the ledger",
    gives: .items(.fields("ReleaseMonth", ReleaseMonth.fields))
  ) { call in
    .items(try await call.market.openContracting.months()) { ReleaseMonth.fields.write($0, into: &$1) }
  }

  private static let month: Route = .get(
    "/ocds/months/{file}", "ocds", "一个月的全部发布项,如 2026-03.jsonl,一行一个", "all releases of a month, as 2026-03.jsonl",
    gives: .lines(
      Schema(name: "ReleaseLine") { json in json.schemaObject([], required: ["ocid", "id"], isOpen: true) })
  ) { call in
    let file = call.parameters["file"] ?? "", open = call.market.openContracting
    guard file.hasSuffix(".jsonl") else { throw Refusal.notFound(Phrase("月度文件", "monthly file")) }
    let month = try await open.month(String(file.dropLast(6)))
    var reply = Reply(type: Answer.linesType) { write in try await open.write(month, write) }
    if let hash = month.hash { reply.headers[.eTag] = "\"\(hash)\"" }
    return reply
  }

  private static let record: Route = .get(
    "/ocds/records/{ocid}", "ocds", "一个过程的全部发布项与汇总", "a process: its releases and what they add up to",
    gives: .object(recordPackage)
  ) { call in
    let record = try await call.market.openContracting.record(call.parameters["ocid"] ?? "")
    let publisher = try await call.market.openContracting.publisher()
    return .json { json in
      json.package(call, publisher: publisher, newest: record.newest) { json in
        json.array("records") { json in json.raw(record.json) }
      }
    }
  }
}

extension JSONWriter {
  /// The members that every package begins with, and then its own. It is dated by what is in it, not by when it was asked for.
  fileprivate mutating func package(
    _ call: Call, publisher: OpenContracting.Publisher, newest: Instant?, _ body: (inout JSONWriter) -> Void
  ) {
    object { json in
      json.string("uri", call.address(call.path))
      json.string("version", "1.1")
      json.strings("extensions", Self.bidExtension)
      json.instant("publishedDate", newest ?? Instant(microseconds: 0))
      json.object("publisher") { json in json.string("name", publisher.name) }
      // Said plainly, as long as the prefix of the ids is a placeholder.
      json.bool("x_prefixRegistered", publisher.isRegistered)
      body(&json)
    }
  }

  private static let bidExtension = [
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_bid_extension/v1.1.5/extension.json"
  ]
}

extension Call {
  /// A whole address of this server, as the client reached it.
  func address(_ path: String) -> String { "\(scheme)://\(authority)\(path)" }
}
