import Glibc

/// Where PostgreSQL's own programs are.
struct ServerPrograms: Sendable {
  static let oldest = 15

  let folder: String
  let major: Int

  var initdb: String { "\(folder)/initdb" }
  var control: String { "\(folder)/pg_ctl" }

  /// The newest installed, or the ones that can read data of version `major`.
  static func find(for major: Int? = nil) throws(LocalClusterError) -> ServerPrograms {
    let found = try all()
    if let match = found.first(where: { major == nil ? $0.major >= oldest : $0.major == major }) { return match }
    if let major {
      throw LocalClusterError(
        "the data was made by PostgreSQL \(major), which is not installed; "
          + "install it with: sudo apt-get install -y postgresql-\(major)")
    }
    throw LocalClusterError(
      "PostgreSQL \(oldest) or newer is not installed; install it with: sudo apt-get install -y postgresql")
  }

  /// All that are installed, newest first: Debian's folders, what pg_config says, what PATH has.
  private static func all() throws(LocalClusterError) -> [ServerPrograms] {
    var found = Files.names(in: "/usr/lib/postgresql").compactMap(Int.init).sorted(by: >)
      .map { ServerPrograms(folder: "/usr/lib/postgresql/\($0)/bin", major: $0) }
      .filter { access($0.initdb, X_OK) == 0 && access($0.control, X_OK) == 0 }
    var folders: [String] = []
    if let config = Program.find("pg_config") {
      let said = try Program(path: config, arguments: ["--bindir"]).run().output
      folders.append(String(said.prefix { !$0.isNewline }))
    }
    if let control = Program.find("pg_ctl"), let folder = Files.parent(of: control) { folders.append(folder) }
    for folder in folders where access("\(folder)/initdb", X_OK) == 0 && access("\(folder)/pg_ctl", X_OK) == 0 {
      let said = try Program(path: "\(folder)/pg_ctl", arguments: ["--version"]).run().output
      let digits = said.drop { !$0.isNumber }.prefix { $0.isNumber }
      if let major = Int(digits) { found.append(ServerPrograms(folder: folder, major: major)) }
    }
    return found
  }
}
