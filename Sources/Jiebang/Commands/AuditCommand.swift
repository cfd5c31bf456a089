import ArgumentParser
import Market

struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "审计 · who did what, newest first",
    discussion: """
      jiebang audit --object ach_01J…
      jiebang audit --person per_01J… --from 2026-05-01T00:00:00+08:00 --json
      """)

  @Option(help: "谁办理的:人员标识 · who did it, a person's id") var person: ID<Person>?
  @Option(help: "哪个单位办理或被代办:单位标识 · by or for which organisation") var organisation: ID<Organisation>?
  @Option(help: "对哪个对象:任一标识 · done to which object, any id") var object: String?
  @Option(help: "事项,如 publish · action") var action: String?
  @Option(help: "自何时,RFC 3339 · from") var from: String?
  @Option(help: "至何时(不含) · until, not included") var to: String?
  @Option(help: "最多条数 · how many at most") var limit = 200
  @Flag(help: "每行一个 JSON · JSON lines") var json = false

  func run() async throws {
    try await command {
      var query = AuditQuery()
      (query.person, query.organisation) = (person, organisation)
      (query.object, query.action) = (object, action)
      (query.from, query.to) = (try instant(from, "--from"), try instant(to, "--to"))
      guard (1...100_000).contains(limit) else {
        throw ValidationError(Phrase("--limit 应为 1 至 100000", "--limit is 1 to 100000"))
      }
      query.limit = limit
      let lines = try await Session.with { [query] session in try await session.market().audit(query) }
      if json { return lines.forEach { line in Console.json { line.write(into: &$0) } } }
      var table = Table([
        Console.pick(Phrase("时间", "at")), Console.pick(Phrase("事项", "what")), Console.pick(Phrase("对象", "object")),
        Console.pick(Phrase("状态", "state")), Console.pick(Phrase("角色", "role")), Console.pick(Phrase("人员或令牌", "who")),
        Console.pick(Phrase("单位", "organisation")), Console.pick(Phrase("代", "for")),
      ])
      for line in lines {
        let states = [line.from, line.to].compactMap(\.self)
        table.add([
          line.at.text, line.type, line.object,
          (states.first == states.last ? Array(states.prefix(1)) : states).joined(separator: " → "),
          line.role, line.person?.text ?? line.token?.text ?? "", line.organisation?.text ?? "",
          line.principal?.text ?? "",
        ])
      }
      Console.out(table.text)
    }
  }

  private func instant(_ text: String?, _ option: String) throws -> Instant? {
    guard let text else { return nil }
    guard let instant = Instant(text) else {
      throw ValidationError(
        Phrase(
          "\(option) 应为 RFC 3339 时刻,如 2026-05-08T16:00:00Z", "\(option) takes an instant like 2026-05-08T16:00:00Z"))
    }
    return instant
  }
}
