import HTTPTypes
import Market

extension Route {
  private typealias Objections = ResourceRoutes<Objection>

  static let objections: [Route] = [
    file,
    ofNotice,
    Objections.list,
    Objections.one,
    Objections.transitions,
    Objections.transition,
  ]

  private static let file: Route = .write(
    .post, "/api/v1/notices/{id}/objections", Objection.path, "提出异议(身份保密)",
    "object to a notice; who did is kept secret",
    body: Body("NewObjection", Objection.inputs), gives: .object(.of(Objection.self))
  ) { call, work in
    let made = try await work.fileObjection(to: try call.id(Notice.self), try call.input(Objection.inputs))
    return .object(made, .created, for: call)
  }

  /// Objectors see their own, those who decide see all, and to everybody else there is nothing.
  private static let ofNotice: Route = .get(
    "/api/v1/notices/{id}/objections", Objection.path, "对公示的异议",
    "objections to a notice, as far as the caller may know",
    query: Objections.queryParameters, gives: .page(.of(Objection.self))
  ) { call in
    let notice = try await call.market.find(try call.id(Notice.self), for: call.caller)
    let filters = call.query.filter { $0.key != "page_size" && $0.key != "page_token" }
    return .page(
      try await call.market.objections(to: notice.id, for: call.caller, filters: filters, page: try call.page()), call)
  }
}
