import ArgumentParser
import Market
import Postgres

struct Doctor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "体检 · look at the installation; exit code 7 when something is wrong, with what to do about it")

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
      json.key("check"); json.string(finding.name)
      json.key("ok"); json.bool(finding.isGood)
      json.key("detail"); json.string(finding.text)
    }
    Console.out(String(decoding: writer.bytes, as: UTF8.self))
  }

  private static func readiness(_ session: Session) async throws -> [Finding] {
    let steps = try await Migrator(session.database, folder: session.share + "/Migrations").status()
    let missing = steps.filter { !$0.isApplied }.map(\.name)
    return [Finding(
      name: "schema", isGood: missing.isEmpty,
      text: missing.isEmpty ? "\(steps.count) migrations applied" : "missing \(missing.joined(separator: ", ")): run `jiebang migrate up`")]
  }

  private static func all(_ session: Session) async throws -> [Finding] {
    let database = session.database
    let settings = try await database.query(
      "SELECT current_setting('server_version_num')::int, current_setting('data_checksums'), current_setting('server_encoding'), current_setting('fsync')")
    guard let row = settings.first else { return [] }
    let version: Int = try row.get(0), checksums: String = try row.get(1), encoding: String = try row.get(2), fsync: String = try row.get(3)
    var findings = [
      Finding(name: "postgresql", isGood: version >= 150_000, text: "version \(version / 10_000)\(version >= 150_000 ? "" : ": 15 or later is needed")"),
      Finding(name: "encoding", isGood: encoding == "UTF8", text: encoding),
      Finding(name: "checksums", isGood: checksums == "on", text: checksums == "on" ? "on" : "off: `pg_checksums --enable` on the stopped server"),
      Finding(name: "fsync", isGood: fsync == "on", text: fsync == "on" ? "on" : "off: a crash may lose what was acknowledged"),
    ]
    findings += try await readiness(session)
    guard findings.last?.isGood == true else { return findings }
    let market = try await session.market()
    let unverified = market.rulebook.all.filter { !$0.isVerified }.count
    findings.append(Finding(name: "rulebook", isGood: true, text: "version \(market.rulebook.version), \(unverified) of \(market.rulebook.all.count) rules not yet compared with the primary text"))
    let today = try await market.today()
    let known = market.rulebook.calendar.knownUntil
    let covered = known.map { today <= $0 } ?? false
    findings.append(Finding(
      name: "calendar", isGood: covered,
      text: covered ? "known until \(known?.text ?? "")" : "the work calendar ends at \(known?.text ?? "nothing"): add this year's arrangement to Rulebook/holidays.csv"))
    let differences = try await market.reconcileTurnover()
    findings.append(Finding(name: "turnover", isGood: differences.isEmpty, text: differences.isEmpty ? "ledger and register agree" : differences.joined(separator: "; ")))
    findings.append(Finding(name: "clock", isGood: true, text: "\(try await market.now().text), a \(market.purpose.rawValue) database"))
    return findings
  }
}
