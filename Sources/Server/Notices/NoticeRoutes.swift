import HTTPTypes
import Market

extension Route {
  private typealias Notices = ResourceRoutes<Notice>

  static let notices: [Route] = [
    Notices.list,
    Notices.create { work, input in try await work.makeNotice(input) },
    byNumber,
    Notices.one,
    Notices.patch,
    Notices.transitions,
    Notices.transition,
    certificate,
    certificateText,
    text,
    page,
    feed,
  ]

  /// The number as it stands on paper: 公示〔2026〕12号 is at `2026/12`.
  private static let byNumber: Route = .get(
    "\(Notices.root)/by-number/{year}/{number}", Notice.path, "按编号查看公示", "a notice by its number",
    gives: .object(.of(Notice.self))
  ) { call in
    guard let year = call.parameters["year"].flatMap({ Int($0) }),
      let number = call.parameters["number"].flatMap({ Int($0) })
    else { throw Refusal.notFound(Notice.noun) }
    return .object(try await call.market.notice(year: year, sequence: number, for: call.caller), for: call)
  }

  private static let certificate: Route = .get(
    "\(Notices.root)/{id}/certificate", Notice.path, "公示无异议证明", "certificate that a notice ran its time clean",
    gives: .object(certificateSchema)
  ) { call in
    let certificate = try await call.market.certificate(of: try call.id(Notice.self), for: call.caller)
    return .json { json in certificate.write(into: &json) }
  }

  private static let certificateText: Route = .get(
    "\(Notices.root)/{id}/certificate.txt", Notice.path, "公示无异议证明(文本)", "the certificate as printable text",
    gives: .document("text/plain; charset=utf-8")
  ) { call in
    let certificate = try await call.market.certificate(of: try call.id(Notice.self), for: call.caller)
    return Reply(body: Array(certificate.text.utf8), type: "text/plain; charset=utf-8")
  }

  private static let text: Route = .get(
    "\(Notices.root)/{id}/text", Notice.path, "公示文本", "the notice as printable text",
    gives: .document("text/plain; charset=utf-8")
  ) { call in
    let notice = try await call.market.find(try call.id(Notice.self), for: call.caller)
    return Reply(body: Array(notice.text.utf8), type: "text/plain; charset=utf-8")
  }

  private static let page: Route = .get(
    "\(Notices.root)/{id}/page", Notice.path, "公示页面(可打印)", "the notice as a page to print",
    gives: .document("text/html; charset=utf-8")
  ) { call in
    let notice = try await call.market.find(try call.id(Notice.self), for: call.caller)
    return Reply(body: Array(NoticePage.html(notice).utf8), type: "text/html; charset=utf-8")
  }

  private static let feed: Route = .get(
    "/notices.atom", Notice.path, "公示订阅源(Atom)", "the latest notices, as an Atom feed",
    gives: .document("application/atom+xml")
  ) { call in
    Reply(
      body: Array(NoticeFeed.atom(try await call.market.latestNotices(50), id: call.market.feedID).utf8),
      type: "application/atom+xml; charset=utf-8")
  }

  private static let certificateSchema = Schema(name: "NoticeCertificate") { json in
    json.schemaObject(
      [
        ("notice", .reference(Notice.idPrefix), false, Phrase("公示标识", "notice")),
        ("number", .text(max: 40), false, Phrase("公示编号", "number")),
        ("title", .text(max: 200), false, Phrase("标题", "title")),
        ("kind", .code(NoticeKind.names), false, Phrase("公示类别", "kind")),
        ("organisation_name", .text(max: 120), false, Phrase("公示单位", "publisher")),
        ("published_at", .instant, false, Phrase("公示开始时间", "published at")),
        ("ends_at", .instant, false, Phrase("公示截止时间", "ended at")),
        ("closed_at", .instant, false, Phrase("期满确认时间", "closed at")),
        ("period_days", .integer(0...366), false, Phrase("公示期天数", "days")),
        ("period_unit", .code(["calendar_days", "working_days"]), false, Phrase("自然日或工作日", "unit")),
        ("rule", .text(max: 80), false, Phrase("适用规则", "rule")),
        ("legal_basis", .text(max: 500), false, Phrase("法律依据", "legal basis")),
        ("hash", .text(max: 80), false, Phrase("公示内容的摘要", "digest of what was published")),
        ("objections_received", .integer(0...Int(Int32.max)), false, Phrase("收到异议件数", "objections received")),
        ("objections", .object("ObjectionCounts"), false, Phrase("异议处理结果", "what became of them")),
        ("statement", .text(max: 1000), false, Phrase("证明文字", "what is certified")),
      ],
      required: [
        "notice", "number", "title", "kind", "organisation_name", "published_at", "ends_at", "closed_at", "period_days",
        "period_unit", "rule", "legal_basis", "hash", "objections_received", "objections", "statement",
      ])
  }
}
