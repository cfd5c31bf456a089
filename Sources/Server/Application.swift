import Hummingbird
import HummingbirdCore
import Logging
import Market
import MatchEngine
import NIOCore
import Postgres
import ServiceLifecycle
import UnixSignals

extension HTTP1Channel.Configuration {
  /// No client of ours needs more header than this.
  static let limited = Self(
    httpDecoderConfiguration: .init(maxHeaderFieldSize: 8 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100))
}

/// The server put together: routes on the wire, the clock and the match index beside them. Tests start the same.
public struct MarketServer: Sendable {
  public struct Options: Sendable {
    public var host = "127.0.0.1"
    public var port = 8080
    /// What one principal may ask for; nil counts nothing, as behind a gateway that does.
    public var rateLimits: RateLimits? = RateLimits()
    /// How many proxies of ours stand in front: the client's address is that far from the end of `X-Forwarded-For`.
    public var trustedProxies = 0
    /// From the first byte of a request to the first of its answer, in milliseconds.
    public var answerWithin = 30_000
    /// How webhooks are delivered.
    public var webhooks = Postman.Settings()
    /// Webhooks that are served at a time: one slow receiver holds up one of them.
    public var postmen = 4
    /// Called with the port once connections are taken.
    public var onReady: @Sendable (Int) async -> Void = { _ in }
    public init() {}
  }

  let services: Services
  let options: Options
  let sealer: Sealer

  /// - Parameter folder: where derived data is kept between two runs, and the keys that sign the ledger; nil keeps nothing and
  ///   signs nothing.
  public init(_ market: Market, lexicon: Lexicon, folder: String? = nil, options: Options = Options()) {
    services = Services(market: market, matcher: Matcher(market, lexicon: lexicon, folder: folder))
    sealer = Sealer(market, keyring: folder.map { LedgerKeyring(folder: $0 + "/keys") })
    self.options = options
  }

  public var matcher: Matcher { services.matcher }

  /// Serves until the task is cancelled or the process is asked to stop.
  public func run(stopOnSignals: Bool) async throws {
    let ready = options.onReady
    let application = Application(
      router: RouteTable(
        routes: Route.all, services: services, limits: options.rateLimits, trustedProxies: options.trustedProxies
      ).router(),
      server: HTTPServerBuilder { [options] responder in
        PinnedChannel(
          inner: HTTP1Channel(responder: responder, configuration: .limited),
          limits: .init(answer: .milliseconds(Int64(options.answerWithin))))
      },
      configuration: ApplicationConfiguration(
        address: .hostname(options.host, port: options.port), serverName: nil, reuseAddress: true,
        availableConnectionsDelegate: MaximumAvailableConnections(10_000)),
      services: [
        Loop(name: "matcher", pause: .milliseconds(50), logger: services.market.logger) { [services] in
          try await services.matcher.step()
        },
        // Readers number what they need themselves; this is for the signatures, and for listeners of other servers.
        Loop(name: "ledger", pause: .milliseconds(50), logger: services.market.logger) { [sealer] in
          try await sealer.step()
        },
        Loop(name: "clock", pause: .seconds(1), logger: services.market.logger) { [services] in
          try await Clockwork(services.market).tick()
        },
      ] + deliveryLoops,
      onServerRunning: { channel in await ready(channel.localAddress?.port ?? 0) },
      logger: services.market.logger)
    try await application.runService(gracefulShutdownSignals: stopOnSignals ? [.sigint, .sigterm] : [])
    services.matcher.save()
  }

  /// One loop hears that the log has grown and tells whoever waits; the others deliver what that brings, and what is tried again.
  private var deliveryLoops: [Loop] {
    let postman = Postman(services.market, options.webhooks), logger = services.market.logger, bell = services.bell
    let ears = Loop(name: "events", pause: .seconds(1), logger: logger, atEnd: bell.close) {
      // After a reconnect the first element says that something may have been missed: every element is a reason to look.
      for try await _ in postman.market.database.listen(Ledger.channel) {
        try await postman.wake()
        bell.ring()
      }
    }
    let hands = (0..<max(1, options.postmen)).map { number in
      Loop(name: "webhooks \(number)", pause: .zero, logger: logger) {
        let mark = bell.mark
        if number == 0 {
          try await postman.wake()
          try await postman.tidy()
        }
        while try await postman.round() {}
        _ = await bell.wait(since: mark, atMost: .seconds(1))
      }
    }
    return [ears] + hands
  }

  /// A step of ours again and again, as a service that ends when shutting down begins. A step that fails is reported and tried
  /// again: neither a database that is away nor a defect in one loop takes the API down with it.
  private struct Loop: Service {
    let name: String
    let pause: Duration
    let logger: Logger
    /// Called once, when shutting down begins.
    var atEnd: @Sendable () -> Void = {}
    let step: @Sendable () async throws -> Void

    func run() async throws {
      defer { atEnd() }
      await cancelWhenGracefulShutdown {
        var failures = 0
        while !Task.isCancelled {
          do {
            try await step()
            failures = 0
          } catch is CancellationError {
            return
          } catch {
            failures += 1
            logger.error(
              "a background step failed and will be tried again", metadata: ["loop": "\(name)", "error": "\(error)"])
          }
          try? await Task.sleep(for: pause * (1 + min(failures, 10)))
        }
      }
    }
  }
}
