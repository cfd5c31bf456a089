import Postgres
import TestSupport
import Testing

@testable import Market

/// One ledger, many cuts, one sum.
@Suite struct TurnoverTests {
  @Test func every_cut_of_random_bookings_adds_up_to_the_whole_and_to_a_naive_count() async throws {
    try await World.with { world in
      let entries = try await Self.bookings(300, world)
      func sum(_ rows: [Turnover.Row]) -> [Int64] {
        [
          rows.reduce(0) { $0 + Int64($1.contracts) }, rows.reduce(0) { $0 + $1.totalAmount.fen },
          rows.reduce(0) { $0 + $1.technicalAmount.fen },
        ]
      }
      for (first, last) in [
        ("2023-01-01", "2026-12-31"), ("2024-01-01", "2024-12-31"), ("2024-02-29", "2024-02-29"),
        ("2025-03-15", "2025-09-14"),
      ] {
        let from = try #require(CivilDate(first)), to = try #require(CivilDate(last))
        let within = entries.filter { from <= $0.day && $0.day <= to }
        let whole = [
          Int64(within.reduce(0) { $0 + $1.sign }), within.reduce(0) { $0 + Int64($1.sign) * $1.total },
          within.reduce(0) { $0 + Int64($1.sign) * $1.technical },
        ]
        for cut in Turnover.cuts {
          let turnover = try await world.market.turnover(from: from, to: to, by: cut)
          #expect(sum(turnover.rows) == whole, "\(cut.name) of \(first)…\(last)")
          #expect(Set(turnover.rows.map(\.keys)).count == turnover.rows.count, "\(cut.name): no key twice")
          var naive: [[String]: Int64] = [:]
          for entry in within { naive[entry.keys(cut.name), default: 0] += Int64(entry.sign) * entry.total }
          if cut.name != "none" {
            #expect(
              Dictionary(uniqueKeysWithValues: turnover.rows.map { ($0.keys, $0.totalAmount.fen) }) == naive,
              "\(cut.name)")
          }
        }
        // Rows of the flow matrix are output, columns are absorption.
        func by(_ name: String) async throws -> [Turnover.Row] {
          try await world.market.turnover(from: from, to: to, by: try #require(Turnover.cuts.first { $0.name == name }))
            .rows
        }
        let flow = try await by("flow")
        for (cut, column) in [("seller_region", 0), ("buyer_region", 1)] {
          for row in try await by(cut) {
            #expect(sum(flow.filter { $0.keys[column] == row.keys[0] }) == sum([row]), "\(cut) \(row.keys)")
          }
        }
        for row in try await by("year") {
          #expect(sum(try await by("quarter").filter { $0.keys[0].hasPrefix(row.keys[0]) }) == sum([row]))
          #expect(sum(try await by("month").filter { $0.keys[0].hasPrefix(row.keys[0]) }) == sum([row]))
        }
      }
      #expect(try await world.market.reconcileTurnover() == [])
    }
  }

  @Test func the_last_second_of_a_year_in_shanghai_and_the_first_of_the_next_count_in_different_years() async throws {
    try await World.with { world in
      for (i, moment) in ["2027-12-31T15:59:58Z", "2027-12-31T16:00:00Z"].enumerated() {
        let contract = try await world.contract(.accepted, name: "合同 \(i)")
        let instant = try #require(Instant(moment))
        _ = try await world.market.database.execute(
          """
          INSERT INTO market_clock (shift) VALUES (\(instant) - clock_timestamp())
          ON CONFLICT (singleton) DO UPDATE SET shift = \(instant) - clock_timestamp()
          """)
        try await world.move(
          contract, .register, .object(["contract_no": .string("2026450300000\(i)")]), as: world.registry.caller)
      }
      let years = try await world.market.turnover(
        from: try #require(CivilDate("2027-01-01")), to: try #require(CivilDate("2028-12-31")),
        by: try #require(Turnover.cuts.first { $0.name == "year" }))
      #expect(years.rows.map(\.keys) == [["2027"], ["2028"]] && years.rows.map(\.contracts) == [1, 1])
    }
  }

  @Test func a_cancellation_counts_on_its_own_day_and_leaves_the_year_before_as_it_was_reported() async throws {
    try await World.with { world in
      let contract = try await world.contract(.accepted)
      try await world.move(
        contract, .register, .object(["contract_no": .string("20264503000001")]), as: world.registry.caller)
      let registered = try await world.market.today()
      try await world.advance(days: 366)
      let gone = try await world.move(
        contract, .cancel, .object(["reason": .string("示例理由")]), as: world.registry.caller)
      #expect(gone.state == .cancelled)
      #expect(try await world.market.find(gone.deal, for: .system).state == .terminated)
      func whole(_ from: CivilDate, _ to: CivilDate) async throws -> Turnover.Row {
        try #require(try await world.market.turnover(from: from, to: to, by: Turnover.cuts[0]).rows.first)
      }
      #expect(try await whole(registered, registered).contracts == 1)
      let today = try await world.market.today()
      #expect(try await whole(today, today).totalAmount == Money(fen: -80_000_000))
      #expect(try await whole(registered, today).totalAmount == Money(fen: 0))
      #expect(try await world.market.reconcileTurnover() == [])
    }
  }

  @Test func the_reconciliation_names_what_does_not_agree() async throws {
    try await World.with { world in
      let uncounted = try await world.contract(.registered)
      #expect(try await world.market.reconcileTurnover().count == 1)
      #expect(try await world.market.reconcileTurnover()[0].contains(uncounted.text))
    }
  }

  @Test func a_period_without_a_contract_is_zero_as_a_whole_and_has_no_rows_in_a_cut() async throws {
    try await World.with { world in
      let day = try await world.market.today()
      for cut in Turnover.cuts {
        let rows = try await world.market.turnover(from: day, to: day, by: cut).rows
        #expect(
          rows
            == (cut.name == "none"
              ? [Turnover.Row(keys: [], contracts: 0, totalAmount: Money(fen: 0), technicalAmount: Money(fen: 0))] : [])
        )
      }
    }
  }

  struct Booking: Sendable {
    let sign: Int, day: CivilDate, type: String, field: String, seller: String, buyer: String, total: Int64,
      technical: Int64

    func keys(_ cut: String) -> [String] {
      let (y, m, _) = day.parts
      return switch cut {
      case "contract_type": [type]
      case "technology_field": [field]
      case "seller_region": [seller]
      case "buyer_region": [buyer]
      case "flow": [seller, buyer]
      case "month": ["\(y)-\(m < 10 ? "0" : "")\(m)"]
      case "quarter": ["\(y)-Q\((m + 2) / 3)"]
      case "year": ["\(y)"]
      default: []
      }
    }
  }

  /// Random contracts with their entries: each registered on some day, a third of them cancelled later.
  private static func bookings(_ count: Int, _ world: World) async throws -> [Booking] {
    let regions = ["450300", "451000", "450100", "110101", "450305"]
    var bookings: [Booking] = [], statements: [SQL] = []
    for i in 0..<count {
      let total = Int64.random(in: 0...10_000_000_000)
      let start = CivilDate(days: .random(in: 19_358...20_800))
      let one = Booking(
        sign: 1, day: start, type: Contract.types.randomElement()!, field: TechnologyField.codes.randomElement()!,
        seller: regions.randomElement()!,
        buyer: regions.randomElement()!, total: total, technical: .random(in: 0...total))
      var entries = [one]
      if i % 3 == 0 {
        entries.append(
          Booking(
            sign: -1, day: start.adding(days: .random(in: 0...500)), type: one.type, field: one.field,
            seller: one.seller, buyer: one.buyer,
            total: one.total, technical: one.technical))
      }
      let id = ID<Contract>(), number = "2026\(100_000_000_000 + i)"
      statements.append(
        """
        INSERT INTO contracts (id, deal, status, rulebook, project_name, contract_type, technology_field, seller,
          buyer, seller_region,
          buyer_region, total_amount, technical_amount, signed_on, valid_from, valid_to, contract_no, registered_by,
            registered_at)
        VALUES (\(id), \(ID<Deal>()), \(entries.count == 1 ? "registered" : "cancelled"), 1, \("合同 \(i)"),
          \(one.type), \(one.field),
          \(world.university.id), \(world.enterprise.id), \(one.seller), \(one.buyer), \(one.total), \(one.technical),
            \(start), \(start),
          \(start), \(number), \(world.registry.id), \(start.start))
        """)
      for entry in entries {
        statements.append(
          """
          INSERT INTO turnover_entries (contract, entry, booked_on, contract_type, technology_field, seller_region,
            buyer_region, contracts,
            total_amount, technical_amount)
          VALUES (\(id), \(entry.sign > 0 ? "registration" : "cancellation"), \(entry.day), \(entry.type),
            \(entry.field), \(entry.seller),
            \(entry.buyer), \(Int16(entry.sign)), \(Int64(entry.sign) * entry.total),
              \(Int64(entry.sign) * entry.technical))
          """)
      }
      bookings += entries
    }
    let made = statements
    try await world.market.database.transaction { tx in
      _ = try await tx.execute("SET LOCAL session_replication_role = replica")
      for start in stride(from: 0, to: made.count, by: 100) {
        _ = try await tx.batch(Array(made[start..<min(start + 100, made.count)]))
      }
    }
    return bookings
  }
}
