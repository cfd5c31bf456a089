import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct IDTests {
  @Test func random_bits_survive_their_text_and_keep_their_order() {
    let bits = (0..<500).map { _ in UInt128.random(in: .min ... .max) } + [0, .max, 1, 1 << 127]
    for each in bits {
      #expect(ULID.decode(ULID.encode(each).utf8) == each)
      #expect(ULID.decode(ULID.encode(each).lowercased().utf8) == each, "in small letters too")
    }
    #expect(bits.sorted().map(ULID.encode) == bits.map(ULID.encode).sorted())
  }

  @Test(arguments: [
    "", "0", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "0000000000000000000000000I", "0000000000000000000000000L",
    "0000000000000000000000000O",
    "0000000000000000000000000U", "000000000000000000000000000", "00000000000000000000000000 ",
    "0000000000000000000000000é",
  ])
  func what_is_no_ulid_is_refused(text: String) {
    #expect(ULID.decode(text.utf8) == nil)
  }

  @Test func an_id_of_one_kind_is_none_of_another() {
    let id = ID<Achievement>()
    #expect(ID<Achievement>(id.text) == id)
    #expect(ID<Challenge>(id.text) == nil)
    #expect(ID<Achievement>("chl_" + id.text.dropFirst(4)) == nil)
    #expect(ID<Achievement>(String(id.text.dropFirst(4))) == nil)
    #expect(ID<Achievement>("ACH_" + id.text.dropFirst(4)) == nil)
    let kinds = [
      Achievement.idPrefix, AchievementList.idPrefix, Challenge.idPrefix, Bid.idPrefix, Deal.idPrefix,
      Contract.idPrefix,
      Organisation.idPrefix, Token.idPrefix, Event.idPrefix,
    ]
    #expect(Set(kinds).count == kinds.count)
  }

  @Test func ids_made_later_are_not_smaller_beyond_the_millisecond_and_never_the_same() {
    let ids = (0..<5000).map { _ in ID<Achievement>().bits }
    #expect(Set(ids).count == ids.count)
    let times = ids.map { $0 >> 80 }
    #expect(times == times.sorted())
  }

  @Test func the_database_orders_ids_as_their_texts() async throws {
    try await TestDatabase.with { database in
      let ids = (0..<200).map { _ in ID<Achievement>(bits: .random(in: .min ... .max)) }
      let rows = try await database.query("SELECT i FROM unnest(\(ids)) i ORDER BY i")
      #expect(try rows.map { try $0.get(0, as: ID<Achievement>.self).text } == ids.map(\.text).sorted())
    }
  }
}
