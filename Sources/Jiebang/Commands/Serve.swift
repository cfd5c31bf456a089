import ArgumentParser
import FoundationEssentials
import Market
import MatchEngine
import Server

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "启动服务 · serve the API until interrupted", discussion: "jiebang serve --port 8080")

  @OptionGroup var address: Address

  func run() async throws {
    try await command {
      try await Session.with(handlesSignals: true) { session in try await address.serve(session) }
    }
  }
}

/// Where to listen.
struct Address: ParsableArguments {
  @Option(help: "监听地址 · address to listen on") var host = "127.0.0.1"
  @Option(help: "端口,0 为任意空闲端口 · port, 0 for any free one") var port =
    Session.environment["PORT"].flatMap(Int.init) ?? 8080

  @Flag(help: "不限制请求频率(前面另有网关时) · count no requests, as behind a gateway that does") var noLimits =
    false
  @Option(help: "前面有几层自己的反向代理 · how many proxies of yours stand in front, for X-Forwarded-For") var trustedProxies =
    Session.environment["JIEBANG_TRUSTED_PROXIES"].flatMap(Int.init) ?? 0

  func serve(_ session: Session) async throws {
    var options = MarketServer.Options()
    (options.host, options.port) = (host, port)
    options.trustedProxies = trustedProxies
    if noLimits { options.rateLimits = nil }
    options.onReady = { [host] port in Console.note("jiebang is ready: http://\(host):\(port)") }
    let market = try await session.market()
    try await offerSetUp(market)
    let server = MarketServer(
      market, lexicon: try Lexicon.shipped(in: session.share), folder: keepsake(session.home),
      options: options)
    try await server.run(stopOnSignals: true)
  }

  /// A fresh deployment has no account and no password: whoever reads this line makes the first one, and nobody else can.
  private func offerSetUp(_ market: Market) async throws {
    guard market.purpose == .production, let secret = try await market.setUpSecret() else { return }
    Console.note(
      Console.pick(
        Phrase(
          "首次启动:凭一次性口令 \(secret) 建立首位管理员(POST /api/v1/setup);重新启动即换新口令",
          "first start: make the first administrator with the one-time secret \(secret) (POST /api/v1/setup); a restart makes a new one")))
  }

  /// The folder for derived data, made when it is not there; without one the next start reads the tables again.
  private func keepsake(_ folder: String) -> String? {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      return folder
    } catch {
      Console.note(Console.pick(Phrase("不能写入 \(folder),索引不留存", "cannot write to \(folder): the index is not kept")))
      return nil
    }
  }
}
