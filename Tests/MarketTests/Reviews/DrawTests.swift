import TestSupport
import Testing

@testable import Market

/// The draw by itself, against another implementation and against chance.
@Suite struct DrawTests {
  static func pool(_ count: Int, industry: Int) -> [PanelDraw.Entrant] {
    (0..<count).map { PanelDraw.Entrant(ID<Expert>(bits: UInt128($0) * 7919 + 1).text, isIndustry: $0 < industry) }
  }
  static func seed(_ i: Int) -> String { HashAlgorithm.sha256.hash(Array("seed \(i)".utf8)).hex }

  /// The published method again, by somebody else.
  private static let oracle = """
    import hashlib, json, sys
    out = []
    for case in json.load(sys.stdin):
        digest = lambda text: hashlib.new(case["hash"], text.encode()).hexdigest()
        pool = sorted(case["pool"])
        listed = digest("".join(f"{e} {'industry' if i else 'other'}\\n" for e, i in pool))
        order = sorted(pool, key=lambda p: digest(f"{case['seed']}|{case['outside']}|{case['panel']}|{p[0]}"))
        others = case["size"] - case["industry"]
        seats = []
        for expert, industry in order:
            if expert in case["fallen"] or len(seats) == case["size"]: continue
            if not industry:
                if others == 0: continue
                others -= 1
            seats.append(expert)
        out.append({"digest": listed, "order": [e for e, _ in order], "seats": seats})
    json.dump(out, sys.stdout)
    """

  @Test(arguments: HashAlgorithm.allCases)
  func another_program_draws_the_same_members_from_what_is_public(hash: HashAlgorithm) throws {
    let panel = ID<Panel>(bits: 42).text
    var cases: [JSONValue] = [], mine: [JSONValue] = []
    for i in 0..<60 {
      let pool = Self.pool(8 + i % 9, industry: 3 + i % 3), size = i % 2 == 0 ? 5 : 7, industry = size == 5 ? 2 : 3
      let draw = PanelDraw(hash, panel: panel, size: size, industrySeats: industry),
        outside = i % 3 == 0 ? "2026\(i)" : nil
      let order = draw.order(pool, seed: Self.seed(i), outside: outside).map(\.entrant)
      let fallen = Array(order.map(\.expert).prefix(i % 4))
      cases.append(
        .object([
          "hash": .string(hash.rawValue), "seed": .string(Self.seed(i)), "outside": .string(outside ?? ""),
          "panel": .string(panel), "size": .number(Double(size)), "industry": .number(Double(industry)),
          "fallen": .array(fallen.map { .string($0) }),
          "pool": .array(pool.shuffled().map { .array([.string($0.expert), .bool($0.isIndustry)]) }),
        ]))
      mine.append(
        .object([
          "digest": .string(draw.digest(pool)), "order": .array(order.map { .string($0.expert) }),
          "seats": .array(draw.seats(order, without: Set(fallen)).map { .string($0) }),
        ]))
    }
    guard let answer = try Python.run(Self.oracle, input: JSONValue.array(cases).canonical) else { return }
    #expect(JSONValue.parse(answer) == .array(mine))
  }

  /// 2000 fixed seeds: each of ten experts of one kind is drawn into five seats as often as chance has it. A chi-square of
  /// nine degrees exceeds the bound in two cases of a million; the seeds are fixed, so that the test cannot flicker.
  @Test func over_many_seeds_everybody_is_drawn_equally_often() {
    let pool = Self.pool(10, industry: 0), draws = 2000
    var counts: [String: Int] = [:]
    for i in 0..<draws {
      let draw = PanelDraw(.sm3, panel: ID<Panel>(bits: UInt128(i)).text, size: 5, industrySeats: 0)
      let order = draw.order(pool, seed: Self.seed(i), outside: nil).map(\.entrant)
      for expert in draw.seats(order) { counts[expert, default: 0] += 1 }
    }
    #expect(counts.values.reduce(0, +) == draws * 5)
    let expected = Double(draws) / 2
    // Five of ten without replacement: a member's count varies by n/4, and the counts lean against each other by 10/9.
    let square = counts.values.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) }
    let chi = square / (Double(draws) / 4) * 9 / 10
    #expect(chi < 42.7 && chi > 0.3, "\(chi)")
  }

  @Test func who_falls_away_makes_room_for_one_and_moves_nobody_else() {
    for i in 0..<300 {
      let size = i % 2 == 0 ? 5 : 7, industry = size == 5 ? 2 : 3
      let pool = Self.pool(9 + i % 8, industry: industry + i % 4)
      let draw = PanelDraw(.sha256, panel: "p", size: size, industrySeats: industry)
      let order = draw.order(pool, seed: Self.seed(i), outside: nil).map(\.entrant)
      let isIndustry = Dictionary(uniqueKeysWithValues: pool.map { ($0.expert, $0.isIndustry) })
      var fallen: Set<String> = [], seats = draw.seats(order)
      while seats.count == size {
        #expect(seats.count { isIndustry[$0] == true } >= industry)
        let gone = seats[(i + fallen.count) % size]
        fallen.insert(gone)
        let next = draw.seats(order, without: fallen)
        #expect(Set(seats).subtracting([gone]).isSubset(of: next))
        #expect(next.count <= size)
        seats = next
      }
    }
  }

  @Test func a_record_that_was_changed_in_any_place_is_found() throws {
    let draw = PanelDraw(.sm3, panel: ID<Panel>(bits: 7).text, size: 5, industrySeats: 2)
    let order = draw.order(Self.pool(9, industry: 4), seed: Self.seed(1), outside: "88")
    let seats = Set(draw.seats(order.map(\.entrant)))
    func record(_ change: (inout [String: JSONValue], inout [[String: JSONValue]]) -> Void = { _, _ in }) -> JSONValue {
      var rows: [[String: JSONValue]] = order.map {
        [
          "expert": .string($0.entrant.expert), "industry": .bool($0.entrant.isIndustry), "ticket": .string($0.ticket),
          "status": .string(seats.contains($0.entrant.expert) ? "accepted" : "waiting"),
        ]
      }
      var members: [String: JSONValue] = [
        "panel": .string(draw.panel), "hash": .string("sm3"), "size": .number(5), "industry_seats": .number(2),
        "pool_digest": .string(draw.digest(order.map(\.entrant))), "seed": .string(Self.seed(1)),
        "outside_value": .string("88"),
      ]
      change(&members, &rows)
      members["pool"] = .array(rows.map { .object($0) })
      return .object(members)
    }
    #expect(try Set(DrawRecord.verify(record())) == seats)
    let forgeries = [
      record { _, rows in rows.swapAt(0, 1) },
      record { _, rows in rows.removeLast() },
      record { _, rows in rows[0]["expert"] = .string(ID<Expert>(bits: 1 << 90).text) },
      record { _, rows in rows[3]["industry"] = .bool(rows[3]["industry"]?.bool == false) },
      record { members, _ in members["seed"] = .string(Self.seed(2)) },
      record { members, _ in members["outside_value"] = .string("89") },
      record { members, _ in members["panel"] = .string(ID<Panel>(bits: 8).text) },
      record { members, _ in members["size"] = .number(7) },
      record { _, rows in
        let waiting = rows.firstIndex { $0["status"] == .string("waiting") } ?? 0
        rows[waiting]["status"] = .string("accepted")
      },
      record { _, rows in
        let seated = rows.firstIndex { $0["status"] == .string("accepted") } ?? 0
        rows[seated]["status"] = .string("waiting")
      },
      record { members, _ in members["seed"] = .null },
      .object([:]),
    ]
    for (i, forgery) in forgeries.enumerated() {
      #expect(throws: LedgerFault.self, "forgery \(i)") { try DrawRecord.verify(forgery) }
    }
  }
}
