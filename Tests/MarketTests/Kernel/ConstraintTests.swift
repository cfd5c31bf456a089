import Postgres
import TestSupport
import Testing

@testable import Market

/// What must always hold is held by the schema: these statements go past all code and fail all the same.
@Suite struct ConstraintTests {
  @Test func a_bid_comes_in_time_or_not_at_all_whatever_it_says_of_itself() async throws {
    try await World.with { world in
      let closed = try await world.challenge(.published, withBid: false).id
      let open = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let draft = try await world.challenge(.draft, hasClosed: false, withBid: false).id
      func insert(_ challenge: ID<Challenge>, _ pseudonym: SQL, technical: Int32 = 65536) -> SQL {
        """
        INSERT INTO sealed_bids (id, challenge, pseudonym, technical, financial, commitment, request_key, request_tag, received_at)
        SELECT \(ID<Bid>()), \(challenge), \(sql: pseudonym), convert_to(repeat('x', \(technical)), 'UTF8'),
          convert_to(repeat('x', 1024), 'UTF8'), h, h, h, '2001-01-01'
        FROM (SELECT sha256('x')) t(h)
        """
      }
      let somebody: SQL = "sha256('somebody')"
      await expect("sealed_bids_before_deadline", insert(closed, somebody), world)
      await expect("sealed_bids_before_deadline", insert(draft, somebody), world)
      await expect(
        "bids_not_by_poster", insert(open, "(SELECT poster FROM bid_seals WHERE challenge = \(open))"), world)
      await expect("sealed_bids_technical_check", insert(open, somebody, technical: 65535), world)
      _ = try await world.market.database.execute(insert(open, somebody))
      await expect("sealed_bids_one_per_solver", insert(open, somebody), world)
      let received = try await world.market.database.query(
        "SELECT received_at > market_now() - interval '1 minute' FROM sealed_bids")
      #expect(try received.first?.get(0, as: Bool.self) == true, "the database stamps it")
      try await world.advance(days: 40)
      await expect("sealed_bids_before_deadline", "UPDATE sealed_bids SET commitment = sha256('y')", world)
      await expect("sealed_bids_before_deadline", "UPDATE sealed_bids SET received_at = '2001-01-01'", world)
      await expect("sealed_bids_before_deadline", "DELETE FROM sealed_bids", world)
      let made = try await world.challenge(.evaluating)
      await expect("fen_check", "UPDATE bids SET price = -1", world)
      await expect(
        "bids_one_per_solver",
        """
        INSERT INTO bids (id, challenge, organisation, rulebook, plan, commitment, received_at)
        VALUES (\(ID<Bid>()), \(made.id), \(world.university.id), 1, 'x', sha256('x'), market_now())
        """, world)
    }
  }

  @Test func an_award_and_a_review_are_of_a_bid_on_the_same_challenge() async throws {
    try await World.with { world in
      let one = try await world.challenge(.evaluating), other = try await world.challenge(.evaluating)
      await expect(
        "awards_bid_of_challenge",
        "INSERT INTO awards (challenge, bid, rank, organisation, price) VALUES (\(one.id), \(other.bid), 1, \(world.university.id), 1)",
        world)
      await expect(
        "bid_reviews_bid_challenge_fkey",
        """
        INSERT INTO bid_reviews (bid, challenge, reviewer, organisation, score, comment)
        VALUES (\(other.bid), \(one.id), \(world.university.caller.token), \(world.university.id), 1, 'x')
        """, world)
      await expect("challenges_sealed_count", "UPDATE challenges SET status = 'published' WHERE id = \(one.id)", world)
      await expect(
        "challenges_published_closes",
        "UPDATE challenges SET status = 'published', bids_received = NULL, closes_at = NULL WHERE id = \(one.id)",
        world, orState: nil)
    }
  }

  @Test func money_is_whole_fen_within_its_bounds() async throws {
    try await World.with { world in
      _ = try await world.contract(.draft)
      for amount in [-1, Money.ceiling + 1] as [Int64] {
        await expect("fen_check", "UPDATE deals SET total_amount = \(amount)", world)
      }
      await expect(
        "contracts_technical_within_total", "UPDATE contracts SET technical_amount = total_amount::bigint + 1", world)
      await expect("technology_field_check", "UPDATE contracts SET technology_field = '12'", world)
    }
  }

  @Test func a_deal_has_two_parties_a_price_route_and_a_notice_where_the_price_was_negotiated() async throws {
    try await World.with { world in
      let id = try await world.deal(.priceRoute, route: "negotiated")
      await expect("deals_two_parties", "UPDATE deals SET buyer = seller WHERE id = \(id)", world)
      await expect(
        "deals_negotiated_notice", "UPDATE deals SET status = 'seller_signed', notice = NULL WHERE id = \(id)",
        world)
      await expect("deals_signed", "UPDATE deals SET status = 'signed', signed_on = NULL WHERE id = \(id)", world)
      let achievement = try await world.achievement(.published), other = try await world.deal(.signed)
      try await world.place("UPDATE deals SET kind = 'transfer', achievement = \(achievement)")
      _ = try await world.market.database.execute("UPDATE deals SET status = 'cancelled' WHERE id = \(id)")
      await expect("deals_one_transfer", "UPDATE deals SET status = 'seller_signed' WHERE id = \(id)", world)
      _ = try await world.market.database.execute("UPDATE deals SET status = 'terminated' WHERE id = \(other)")
      _ = try await world.market.database.execute("UPDATE deals SET status = 'seller_signed' WHERE id = \(id)")
    }
  }

  @Test func only_a_registry_stands_behind_a_registration() async throws {
    try await World.with { world in
      let id = try await world.contract(.accepted)
      await expect("contracts_registered", "UPDATE contracts SET status = 'registered'", world)
      let number = "20264503000001"
      await expect(
        "contracts_registered_by_registry",
        "UPDATE contracts SET status = 'registered', contract_no = \(number), registered_at = market_now(), registered_by = \(world.university.id)",
        world)
      _ = try await world.market.database.execute(
        "UPDATE contracts SET status = 'registered', contract_no = \(number), registered_at = market_now(), registered_by = \(world.registry.id) WHERE id = \(id)"
      )
      let other = try await world.contract(.accepted, name: "另一合同")
      await expect("contracts_contract_no", "UPDATE contracts SET contract_no = \(number) WHERE id = \(other)", world)
      await expect("contracts_contract_no_check", "UPDATE contracts SET contract_no = '123' WHERE id = \(other)", world)
      await expect("contracts_term", "UPDATE contracts SET valid_to = valid_from - 1 WHERE id = \(other)", world)
    }
  }

  @Test(arguments: ["示例合同", " 示例 合同 ", "示例合同\u{3000}", "示例合同"])
  func one_contract_is_with_the_registry_once_however_its_name_is_spaced_and_written(name: String) async throws {
    try await World.with { world in
      _ = try await world.contract(.filed)
      let second = try await world.contract(.draft, name: name)
      await expect("contracts_identity", "UPDATE contracts SET status = 'filed' WHERE id = \(second)", world)
      let third = try await world.contract(.draft, name: "示例合同二")
      _ = try await world.market.database.execute("UPDATE contracts SET status = 'filed' WHERE id = \(third)")
    }
  }

  @Test func what_counts_and_what_was_issued_is_never_changed() async throws {
    try await World.with { world in
      let contract = try await world.contract(.accepted)
      try await world.move(
        contract, .register, .object(["contract_no": .string("20264503000001")]), as: world.registry.caller)
      _ = try await world.achievement(.published)
      _ = try await IssueListTests.issue(world)
      for statement in [
        "UPDATE turnover_entries SET total_amount = 0, technical_amount = 0", "DELETE FROM turnover_entries",
        "UPDATE achievement_list_items SET change = 'changed'", "DELETE FROM achievement_list_items",
      ] { await expect("append_only", SQL(unsafe: statement), world) }
      await expect(
        "turnover_entries_once",
        """
        INSERT INTO turnover_entries SELECT contract, entry, booked_on, contract_type, technology_field,
          seller_region, buyer_region,
          contracts, total_amount, technical_amount FROM turnover_entries
        """, world)
    }
  }

  @Test func truncating_a_ledger_is_rewriting_it() async throws {
    try await World.with { world in
      await expect("append_only", "TRUNCATE turnover_entries", world)
      await expect("append_only", "TRUNCATE achievement_list_items", world)
    }
  }

  @Test func an_organisation_has_its_code_or_its_name_to_itself() async throws {
    try await World.with { world in
      func insert(_ name: String, _ code: String?) -> SQL {
        "INSERT INTO organisations (id, rulebook, name, kind, uscc, region) VALUES (\(ID<Organisation>()), 1, \(name), 'other', \(code), '450300')"
      }
      await expect("organisations_name_without_code", insert("示例大学", nil), world)
      _ = try await world.market.database.execute(insert("示例大学", "12100000400000624D"))
      await expect("organisations_uscc", insert("又一大学", "12100000400000624D"), world)
      await expect("organisations_uscc_check", insert("又一大学", "1210000040000062"), world)
      await expect("organisations_region_fkey", "UPDATE organisations SET region = '999999'", world)
    }
  }

  @Test func every_constraint_that_code_explains_is_in_the_schema() async throws {
    try await TestDatabase.with { database in
      let rows = try await database.query(
        """
        SELECT conname::text FROM pg_constraint UNION SELECT relname::text FROM pg_class WHERE relkind = 'i'
        UNION SELECT m[1] FROM pg_proc, regexp_matches(prosrc, 'CONSTRAINT = ''(\\w+)''', 'g') m
        """)
      let known = Set(try rows.map { try $0.get(0, as: String.self) })
      #expect(Set(Constraint.meanings.keys).subtracting(known).isEmpty)
    }
  }

  /// Asserts that a statement fails by the constraint of this name, and that nothing was written.
  private func expect(_ constraint: String, _ statement: SQL, _ world: World, orState state: String? = nil) async {
    do {
      let before = try await world.fingerprint()
      do {
        _ = try await world.market.database.execute(statement)
        Testing.Issue.record("\(constraint) let it pass: \(statement)")
      } catch {
        #expect(error.constraint == constraint || (state != nil && error.sqlState == state), "\(error)")
      }
      #expect(try await world.fingerprint() == before)
    } catch { Testing.Issue.record("\(error)") }
  }
}
