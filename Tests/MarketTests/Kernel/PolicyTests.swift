import Market
import Postgres
import TestSupport
import Testing

@Suite struct PolicyTests {
  @Test func the_documented_policy_is_the_table_that_decides() throws {
    let documented = String(decoding: try Share.read("\(try Share.folder())/Documentation/policy.md"), as: UTF8.self)
    #expect(documented == PolicyTables.markdown, "run `jiebang policy > Documentation/policy.md`")
  }

  /// A column that nobody has thought about cannot slip into the schema: it is a field that the policy speaks of, or it is
  /// declared to be the platform's own.
  @Test func every_column_of_every_object_is_shown_as_a_field_or_declared_internal() async throws {
    try await World.with { world in
      for kind in Objects.all { try await expectEveryColumnDeclared(kind, world) }
    }
  }

  private func expectEveryColumnDeclared<O: MarketObject>(_: O.Type, _ world: World) async throws {
    let rows = try await world.market.database.query(
      "SELECT column_name::text FROM information_schema.columns WHERE table_schema = 'public' AND table_name = \(O.table.text)"
    )
    let columns = Set(try rows.map { try $0.get(0, as: String.self) })
    #expect(!columns.isEmpty, "\(O.kind)")
    let fields = Set(O.fields.map(\.name))
    #expect(columns.subtracting(fields) == O.policy.internalColumns, "\(O.kind): undeclared, or declared and gone")
  }

  @Test func what_a_row_withholds_is_a_field_and_every_state_is_shown_to_somebody() {
    for kind in Objects.all { expectSound(kind) }
  }

  private func expectSound<O: MarketObject>(_: O.Type) {
    let fields = Set(O.fields.map(\.name))
    for row in O.policy.rows { #expect(row.withheld.isSubset(of: fields), "\(O.kind)") }
    #expect(O.policy.rows.reduce(into: []) { $0.formUnion($1.states) } == Set(O.State.allCases), "\(O.kind)")
  }
}
