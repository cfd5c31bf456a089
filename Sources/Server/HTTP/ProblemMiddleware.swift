import Hummingbird
import Logging
import Market
import NIOCore
import Postgres

/// Turns whatever was thrown into a problem document, and puts the headers that every answer carries on it.
struct ProblemMiddleware: RouterMiddleware {
  typealias Context = MarketContext
  let market: Market

  func handle(_ request: Request, context: Context, next: (Request, Context) async throws -> Response) async throws
    -> Response
  {
    var response: Response
    do {
      response = try await next(request, context)
    } catch {
      let problem = Problem(thrown: error, context.logger)
      response =
        problem.reply(
          Language(request.headers[.acceptLanguage]), instance: request.uri.path, requestID: context.id
        ).response
    }
    response.headers[.requestID] = context.id
    response.headers[.xContentTypeOptions] = "nosniff"
    if market.clockShift != 0 { response.headers[.clockShift] = "\(market.clockShift)" }
    if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    return response
  }
}

extension Problem {
  init(thrown error: any Error, _ logger: Logger) {
    switch error {
    case let refusal as Refusal: self.init(refusal)
    case let problem as ProblemError: self = problem.problem
    case let error as PostgresError where error.isUnavailable:
      logger.warning("database unavailable", metadata: ["error": "\(error)"])
      self.init(
        .serviceUnavailable, "database_unavailable", "数据库暂不可用,请稍后重试", "the database is unavailable for the moment")
      headers[.retryAfter] = "1"
    case let error as PostgresError where error.isRetryable:
      // It was tried again inside, several times: whoever else wants the same rows now is quicker.
      self.init(.serviceUnavailable, "busy", "同时办理的人太多,请稍后重试", "too many at the same thing: try again in a moment")
      headers[.retryAfter] = "1"
    case let error as HTTPError where error.status == .notFound:
      self.init(.notFound, "no_such_path", "没有这个地址", "no such path")
    case let error as HTTPError where error.status == .contentTooLarge: self = .tooLarge
    case is NIOTooManyBytesError: self = .tooLarge
    case let error as HTTPError:
      self.init(error.status, "http_\(error.status.code)", "请求无法处理", error.status.reasonPhrase)
    default:
      logger.error("unexpected error", metadata: ["error": "\(String(reflecting: error))"])
      self.init(.internalServerError, "internal", "内部错误,请凭 request_id 联系运营方", "internal error; quote the request_id")
    }
  }

  static let tooLarge = Problem(.contentTooLarge, "body_too_large", "请求体超过 1 MiB", "the body is over 1 MiB")
}

/// A problem that is HTTP's own and no refusal of the market.
struct ProblemError: Error {
  let problem: Problem
}
