import ArgumentParser
import Market
import Postgres

struct Doctor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "体检 · look at the installation; exit code 7 when something is wrong, with what to do about it",
    discussion: "jiebang doctor --ready")

  @Flag(help: "只看能否服务 · only whether the database can be used") var ready = false
  @Flag(help: "每行一个 JSON · JSON lines") var json = false

  struct Finding: Sendable {
    let name: String
    let isGood: Bool
    let text: String
  }

  func run() async throws {
    try await command {
      let findings = try await Session.with(migrate: false) { session in
        ready ? try await Self.readiness(session) : try await Self.all(session)
      }
      for finding in findings { report(finding) }
      if findings.contains(where: { !$0.isGood }) { throw ExitCode(7) }
    }
  }

  private func report(_ finding: Finding) {
    guard json else { return Console.out("\(finding.isGood ? "✓" : "✗") \(finding.name): \(finding.text)") }
    var writer = JSONWriter()
    writer.object { json in
      json.string("check", finding.name)
      json.bool("ok", finding.isGood)
      json.string("detail", finding.text)
    }
    Console.out(String(decoding: writer.bytes, as: UTF8.self))
  }

  private static func readiness(_ session: Session) async throws -> [Finding] {
    let steps = try await Migrator(session.database, folder: session.share + "/Migrations").status()
    let missing = steps.filter { !$0.isApplied }.map(\.name)
    let names = missing.joined(separator: ", ")
    return [
      Finding(
        "schema", missing.isEmpty,
        good: Phrase("\(steps.count) 步升级均已应用", "\(steps.count) migrations applied"),
        bad: Phrase("缺少 \(names):请运行 `jiebang migrate up`", "missing \(names): run `jiebang migrate up`"))
    ]
  }

  private static func all(_ session: Session) async throws -> [Finding] {
    var findings = try await server(session.database) + readiness(session)
    guard findings.last?.isGood == true else { return findings }
    let market = try await session.market()
    let rules = market.rulebook.all, unverified = rules.filter { !$0.isVerified }.count
    findings.append(
      Finding(
        "rulebook",
        Phrase(
          "第 \(market.rulebook.version) 版,\(rules.count) 条规则中 \(unverified) 条尚未与法规原文核对",
          "version \(market.rulebook.version), \(unverified) of \(rules.count) rules not yet compared with the primary text"
        )))
    let today = try await market.today(), known = market.rulebook.calendar.knownUntil
    let end = known?.text ?? "-"
    findings.append(
      Finding(
        "calendar", known.map { today <= $0 } ?? false,
        good: Phrase("工作日历到 \(end)", "known until \(end)"),
        bad: Phrase(
          "工作日历只到 \(end):请把本年放假安排写入 Rulebook/holidays.csv",
          "the work calendar ends at \(end): add this year's arrangement to Rulebook/holidays.csv")))
    let differences = try await market.reconcileTurnover()
    let found = differences.joined(separator: "; ")
    findings.append(
      Finding(
        "turnover", differences.isEmpty, good: Phrase("成交额台账与登记一致", "ledger and register agree"),
        bad: Phrase(found, found)))
    findings.append(try await subsidies(market))
    findings.append(try await clockwork(market))
    findings += try await ledger(market, session.database)
    findings.append(try await net(session.database))
    let now = try await market.now().text
    findings.append(
      Finding("clock", Phrase("\(now),\(market.purpose.rawValue) 库", "\(now), a \(market.purpose.rawValue) database")))
    return findings
  }

  /// Whether history is what it was, and whether the application could have changed it.
  private static func ledger(_ market: Market, _ database: Database) async throws -> [Finding] {
    let faults = try await market.ledger.audit(), head = try await market.ledger.head()
    let size = head?.size ?? 0, number = head?.number ?? 0
    let open = try await AppRole.canRewrite(database).joined(separator: ", ")
    return [
      Finding(
        "ledger", faults.isEmpty,
        good: Phrase(
          "\(size) 个事件、\(number) 个签名与各表一致", "\(size) events under \(number) signed heads agree with the tables"),
        bad: Phrase(
          faults.map(\.phrase.zh).joined(separator: ";"), faults.map(\.phrase.en).joined(separator: "; "))),
      Finding(
        "privileges", open.isEmpty,
        good: Phrase("应用的数据库角色不能改写历史", "the application's role cannot rewrite history"),
        bad: Phrase(
          "应用的数据库角色可以改写 \(open):请以另一角色为表主,设 JIEBANG_OWNER_URL 后运行 `jiebang migrate up`",
          "the application's role could rewrite \(open): make another role the owner, set JIEBANG_OWNER_URL and run `jiebang migrate up`"
        )),
    ]
  }

  /// Whether public money adds up, and claims that should have been verified by now.
  private static func subsidies(_ market: Market) async throws -> Finding {
    let faults = try await market.reconcileSubsidies(), late = try await market.overdueClaims()
    let found = faults.joined(separator: "; ")
    let bad =
      faults.isEmpty
      ? Phrase(
        "\(late) 件补助申请超过核验期限:请看 `jiebang claim list --status applied`",
        "\(late) claims should have been verified by now: see `jiebang claim list --status applied`")
      : Phrase(found, found)
    return Finding(
      "subsidies", faults.isEmpty && late == 0,
      good: Phrase("各计划项目收支与申请、日志一致", "programmes agree with their claims and the log"), bad: bad)
  }

  /// Whether anonymous reading goes through the role that sees nothing else.
  private static func net(_ database: Database) async throws -> Finding {
    let role = PublicNet.role
    let bad =
      switch try await PublicNet.missing(in: database) {
      case .role:
        Phrase(
          "没有角色 \(role),匿名读取只靠程序过滤:请由超级用户 CREATE ROLE \(role) LOGIN,再运行 `jiebang migrate up`",
          "no role \(role), so that anonymous reading is filtered by the program alone: CREATE ROLE \(role) LOGIN as a superuser, then `jiebang migrate up`"
        )
      case .login:
        Phrase(
          "角色 \(role) 不能从这里登录,匿名读取只靠程序过滤:请在 pg_hba.conf 放行,或设与应用相同的密码,或写入 .pgpass",
          "\(role) cannot log in from here, so that anonymous reading is filtered by the program alone: let it in by pg_hba.conf, the application's password or a line of .pgpass"
        )
      case .outdated:
        Phrase(
          "行级安全策略与本程序不符:请运行 `jiebang migrate up`", "row-level security is not this program's: run `jiebang migrate up`")
      case nil: Phrase("", "")
      }
    return Finding(
      "public_net", bad.zh.isEmpty,
      good: Phrase("匿名读取另有行级安全策略把关", "row-level security is under what anonymous readers get"), bad: bad)
  }

  /// Moves that failed, and whether what is due is what the tables say.
  private static func clockwork(_ market: Market) async throws -> Finding {
    let state = try await market.clockworkState(), stray = try await market.reconcileDue()
    let first = try await market.jobs(stalled: true, limit: 1).first.map { "\($0.move) \($0.object)" } ?? ""
    let bad =
      stray > 0
      ? Phrase("到期表有 \(stray) 行与业务数据不符", "\(stray) rows of what is due differ from the tables")
      : Phrase(
        "\(state.stalled) 项到期事项办理失败,如 \(first):请看 `jiebang job list --stalled`",
        "\(state.stalled) due moves have failed, like \(first): see `jiebang job list --stalled`")
    return Finding(
      "clockwork", state.stalled == 0 && stray == 0,
      good: Phrase("没有办理失败的到期事项", "no due move has failed"), bad: bad)
  }

  /// What holds for the PostgreSQL server, whatever is in it.
  private static func server(_ database: Database) async throws -> [Finding] {
    let settings = try await database.query(
      """
      SELECT current_setting('server_version_num')::int, current_setting('data_checksums'), current_setting('server_encoding'),
        current_setting('fsync')
      """)
    guard let row = settings.first else { return [] }
    let version: Int = try row.get(0), checksums: String = try row.get(1), encoding: String = try row.get(2),
      fsync: String = try row.get(3)
    let number = version / 10_000
    return [
      Finding(
        "postgresql", version >= 150_000, good: Phrase("\(number) 版", "version \(number)"),
        bad: Phrase("\(number) 版:需要 15 或更高", "version \(number): 15 or later is needed")),
      Finding(
        "encoding", encoding == "UTF8", good: Phrase("UTF8", "UTF8"),
        bad: Phrase("\(encoding):需要 UTF8", "\(encoding): UTF8 is needed")),
      Finding(
        "checksums", checksums == "on", good: Phrase("已开启", "on"),
        bad: Phrase("未开启:停库后运行 `pg_checksums --enable`", "off: `pg_checksums --enable` on the stopped server")),
      Finding(
        "fsync", fsync == "on", good: Phrase("已开启", "on"),
        bad: Phrase("未开启:断电可能丢失已确认的数据", "off: a crash may lose what was acknowledged")),
    ]
  }
}

extension Doctor.Finding {
  fileprivate init(_ name: String, _ isGood: Bool, good: Phrase, bad: Phrase) {
    self.init(name: name, isGood: isGood, text: Console.pick(isGood ? good : bad))
  }

  /// Something worth knowing that cannot be wrong.
  fileprivate init(_ name: String, _ known: Phrase) { self.init(name, true, good: known, bad: known) }
}
