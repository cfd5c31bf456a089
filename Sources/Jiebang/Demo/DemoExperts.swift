import Market

/// Five invented experts in the pool, asked, accepted and listed like any other. Nobody knows their passwords.
struct DemoExperts: Sendable {
  let market: Market
  let employer: ID<Organisation>
  let platform: Caller

  private static let kinds = ["academia", "academia", "academia", "industry", "industry"]

  /// Makes those that are missing.
  /// - Returns: who they are when they review.
  func make() async throws -> [Caller] {
    var known = try await market.list(
      Expert.self, for: .system, filters: ["organisation": employer.text], page: PageRequest()
    ).items
    for (i, kind) in Self.kinds.enumerated().dropFirst(known.count) {
      let person = try await person(i + 1)
      let input = Input([
        "person": .reference(person.bits), "organisation": .reference(employer.bits), "kind": .text(kind),
        "fields": .texts(["09"]),
      ])
      known.append(try await market.work(as: platform) { work in try await work.enrol(input) })
    }
    for expert in known where expert.state == .proposed {
      _ = try await market.work(as: caller(expert.person)) { work in
        try await work.move(expert.id, .confirm, version: nil)
      }
    }
    return known.map { caller($0.person) }
  }

  private func caller(_ person: ID<Person>) -> Caller {
    Caller(person: person, organisation: employer, role: .reviewer, affiliations: [employer])
  }

  private func person(_ number: Int) async throws -> ID<Person> {
    let secret = try await market.work(as: .system) { work in
      try await work.invite(
        Input([
          "login": .text("expert-\(number)@example.invalid"), "organisation": .reference(employer.bits),
          "roles": .texts([Role.reviewer.rawValue]),
        ])
      ).secret
    }
    return try await market.acceptInvitation(
      Input([
        "secret": .text(secret), "name": .text("示例专家\(number)"),
        "password": .text(Base64.encode(Crypto.random(24))),
      ]), address: "127.0.0.1"
    ).person
  }
}
