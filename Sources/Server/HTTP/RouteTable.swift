import HTTPTypes
import Hummingbird
import Market
import NIOCore

/// The context of a request: where it came from.
public struct MarketContext: RequestContext {
  public var coreContext: CoreRequestContextStorage
  let remoteAddress: SocketAddress?
  public init(source: Source) {
    coreContext = .init(source: source)
    remoteAddress = source.channel.remoteAddress
  }
  public var maxUploadSize: Int { 1 << 20 }
}

/// Puts the route table on the wire: parameters, body, token and language are read here, once for all routes.
struct RouteTable: Sendable {
  let routes: [Route]
  let services: Services
  let limits: RateLimits?
  let trustedProxies: Int
  private let limiter = RateLimiter()

  init(routes: [Route], services: Services, limits: RateLimits? = nil, trustedProxies: Int = 0) {
    (self.routes, self.services, self.limits, self.trustedProxies) = (routes, services, limits, trustedProxies)
  }

  func router() -> Router<MarketContext> {
    let router = Router(context: MarketContext.self, options: .autoGenerateHeadEndpoints)
    router.middlewares.add(ProblemMiddleware(market: services.market))
    for route in routes {
      router.on(RouterPath(route.path), method: route.method) { request, context in
        try await serve(route, request, context)
      }
    }
    refuseOtherMethods(on: router)
    return router
  }

  /// A path that exists answers every other method with 405 and what it does take.
  private func refuseOtherMethods(on router: Router<MarketContext>) {
    for (path, routes) in Dictionary(grouping: routes, by: \.path) {
      var taken = routes.map(\.method)
      if taken.contains(.get) { taken.append(.head) }
      let allow = taken.map(\.rawValue).sorted().joined(separator: ", ")
      for method in [HTTPRequest.Method.get, .head, .post, .put, .patch, .delete, .options]
      where !taken.contains(method) {
        router.on(RouterPath(path), method: method) { _, _ -> Response in
          var problem = Problem(
            .methodNotAllowed, "method_not_allowed", "此地址只接受 \(allow)", "this path takes \(allow) only")
          problem.headers[.allow] = allow
          throw ProblemError(problem: problem)
        }
      }
    }
  }

  private func serve(_ route: Route, _ request: Request, _ context: MarketContext) async throws -> Response {
    let caller = try await authenticate(request, route, context)
    let call = Call(
      services: services, caller: caller, method: route.method, path: request.uri.path,
      parameters: route.parameterNames.reduce(into: [:]) { $0[$1] = context.parameters.get($1) },
      query: try query(request, route), headers: request.headers, body: try await body(request, route, context),
      language: Language(request.headers[.acceptLanguage]), address: address(request, context),
      scheme: trustedProxies > 0 ? request.headers[.xForwardedProto] ?? "https" : "http",
      authority: request.head.authority ?? "localhost")
    var reply = try await route.handle(call)
    if route.method == .get, let tag = reply.headers[.eTag], names(tag, request.headers[.ifNoneMatch]) {
      reply.status = .notModified
      (reply.body, reply.stream) = ([], nil)
      reply.headers[.contentType] = nil
    }
    return reply.response
  }

  /// Whether `If-None-Match` holds a tag: alone or among others, weak or strong.
  private func names(_ tag: String, _ header: String?) -> Bool {
    (header ?? "").split(separator: ",").contains { each in
      let each = String(each).trimmed
      return each == "*" || each == tag || each == "W/" + tag
    }
  }

  private func authenticate(_ request: Request, _ route: Route, _ context: MarketContext) async throws -> Caller {
    guard let header = request.headers[.authorization] else {
      try count(address(request, context), route)
      if route.needsToken { throw Refusal.unauthenticated }
      return .anonymous
    }
    guard header.hasPrefix("Bearer "),
      let caller = try await services.market.caller(secret: String(header.dropFirst(7)))
    else {
      // Guessing is paid for by the address it comes from.
      try count(address(request, context), route)
      throw Refusal.unauthenticated
    }
    try count(caller.token?.text ?? caller.session?.text ?? address(request, context), route)
    if caller.owesSecondFactor, !route.isBeforeSecondFactor { throw Refusal.secondFactorNeeded }
    if let scopes = caller.scopes { try route.expect(scopes) }
    return caller
  }

  private func count(_ principal: String, _ route: Route) throws {
    guard let (name, limit) = limits?.limit(of: route) else { return }
    guard let seconds = limiter.take(principal, name, limit) else { return }
    var problem = Problem(
      .tooManyRequests, "rate_limited", "请求过于频繁,请 \(seconds) 秒后重试", "too many requests: try again in \(seconds) s")
    problem.headers[.retryAfter] = "\(seconds)"
    throw ProblemError(problem: problem)
  }

  /// Whom a request without a token is counted for. What a client writes about itself counts only behind proxies of ours.
  private func address(_ request: Request, _ context: MarketContext) -> String {
    if trustedProxies > 0 {
      let hops = request.headers[values: .xForwardedFor].flatMap { $0.split(separator: ",") }
      if hops.count >= trustedProxies { return String(hops[hops.count - trustedProxies]).trimmed }
    }
    return context.remoteAddress?.ipAddress ?? "?"
  }

  private func query(_ request: Request, _ route: Route) throws -> [String: String] {
    var values: [String: String] = [:]
    for (name, value) in request.uri.queryParameters {
      let name = String(name)
      guard route.query.contains(where: { $0.name == name }) else {
        throw Refusal.unknownParameter(name: name, nearest: nearest(to: name, among: route.query.map(\.name)))
      }
      guard values.updateValue(String(value), forKey: name) == nil else {
        throw Refusal.badParameter(name: name, detail: Phrase("只能出现一次", "may be given once"))
      }
    }
    return values
  }

  private func body(_ request: Request, _ route: Route, _ context: MarketContext) async throws -> [UInt8] {
    guard route.body != nil else { return [] }
    let type = request.headers[.contentType]?.split(separator: ";").first?.lowercased() ?? ""
    guard type == "application/json" || (route.method == .patch && type == "application/merge-patch+json") else {
      throw ProblemError(
        problem: Problem(
          .unsupportedMediaType, "unsupported_media_type", "请求体须为 application/json", "the body must be application/json"
        ))
    }
    return Array(buffer: try await request.body.collect(upTo: context.maxUploadSize))
  }
}
