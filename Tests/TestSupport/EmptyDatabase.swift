import Glibc
import Market
import Postgres

extension TestDatabase {
  /// Lends a database without a single table.
  /// - Parameter purpose: makes it a market of this purpose first; nil leaves it empty.
  public static func empty<T: Sendable>(
    purpose: Market.Purpose? = nil, _ body: @Sendable (Database, String) async throws -> T
  ) async throws -> T {
    try await named { neighbour, conninfo in
      let name = "test_\(getpid())_\(UInt32.random(in: 0 ... .max))"
      _ = try await neighbour.execute(SQL(unsafe: "CREATE DATABASE \(name) TEMPLATE template0"))
      let database = Database(.init(conninfo: conninfo, database: name))
      let outcome: Result<T, any Error>
      do {
        if let purpose { _ = try await database.prepare(share: try Share.folder(), purpose: purpose) }
        outcome = .success(try await body(database, "\(conninfo) dbname=\(name)"))
      } catch { outcome = .failure(error) }
      await database.close()
      _ = try await neighbour.execute(SQL(unsafe: "DROP DATABASE \(name) WITH (FORCE)"))
      return try outcome.get()
    }
  }
}
