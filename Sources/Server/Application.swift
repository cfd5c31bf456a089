import Hummingbird
import Logging
import Market
import MatchEngine
import Postgres
import ServiceLifecycle
import UnixSignals

/// The server put together: routes on the wire, the clock and the match index beside them. Tests start the same.
public struct MarketServer: Sendable {
  public struct Options: Sendable {
    public var host = "127.0.0.1"
    public var port = 8080
    /// Called with the port once connections are taken.
    public var onReady: @Sendable (Int) async -> Void = { _ in }
    public init() {}
  }

  let services: Services
  let options: Options

  public init(_ market: Market, lexicon: Lexicon, options: Options = Options()) {
    services = Services(market: market, matcher: Matcher(market, lexicon: lexicon))
    self.options = options
  }

  public var matcher: Matcher { services.matcher }

  /// Serves until the task is cancelled or the process is asked to stop.
  public func run(stopOnSignals: Bool) async throws {
    let ready = options.onReady
    let application = Application(
      router: RouteTable(routes: Route.all, services: services).router(),
      configuration: ApplicationConfiguration(
        address: .hostname(options.host, port: options.port), serverName: nil, reuseAddress: true),
      services: [Loop(name: "matcher") { [services] in try await services.matcher.run() }, Loop(name: "clock") { [services] in try await Clockwork(services.market).run() }],
      onServerRunning: { channel in await ready(channel.localAddress?.port ?? 0) },
      logger: services.market.logger)
    try await application.runService(gracefulShutdownSignals: stopOnSignals ? [.sigint, .sigterm] : [])
  }

  /// A loop of ours as a service: it ends when shutting down begins.
  private struct Loop: Service {
    let name: String
    let body: @Sendable () async throws -> Void

    func run() async throws {
      try await cancelWhenGracefulShutdown {
        do { try await body() } catch is CancellationError {}
      }
    }
  }
}
