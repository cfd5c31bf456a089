import Glibc

/// The folders of one cluster.
struct ClusterPlace: Sendable {
  /// Where the user asked it to be.
  let folder: String
  /// Where the data and the log are: `folder`, or a temporary folder if the server's user cannot get there.
  let home: String
  /// Where the socket is: short, for a socket's path has at most 107 bytes.
  let sockets: String

  var data: String { "\(home)/data" }
  var log: String { "\(home)/postgres.log" }

  private static let longestSocketFolder = 90

  /// Finds the folders, or makes them and remembers where.
  static func settle(_ folder: String) throws(LocalClusterError) -> (ClusterPlace, Account) {
    let remembered = "\(folder)/data.place"
    var home = folder
    if let place = Files.read(remembered)?.firstLine {
      guard Files.exists(place) else {
        throw LocalClusterError(
          "the data was kept in \(place), which is gone; delete \(remembered) to begin with an empty database")
      }
      home = place
    }
    let account = try Account.choose(dataFolder: "\(home)/data")
    let isNew = home == folder && !Files.exists("\(home)/data")
    if isNew, try !isFit(folder, for: account) {
      home = try Files.makeTemporaryFolder()
      chmod(home, 0o711)
      try Files.write(home + "\n", to: remembered)
    }
    let sockets = try settleSockets(folder, home: home, account)
    return (ClusterPlace(folder: folder, home: home, sockets: sockets), account)
  }

  private static func settleSockets(
    _ folder: String, home: String, _ account: Account
  ) throws(LocalClusterError) -> String {
    var sockets = "\(home)/socket"
    if sockets.utf8.count > longestSocketFolder || !Files.isPlain(sockets) {
      let remembered = "\(folder)/socket.place"
      if let place = Files.read(remembered)?.firstLine, isOurs(place, account) {
        sockets = place
      } else {
        sockets = try Files.makeTemporaryFolder()
        try Files.write(sockets + "\n", to: remembered)
      }
    }
    try Files.makeFolder(sockets, mode: 0o700)
    try Files.give(sockets, to: account)
    return sockets
  }

  /// A folder somebody else could have made in the meantime is not to be trusted.
  private static func isOurs(_ folder: String, _ account: Account) -> Bool {
    guard let status = Files.status(folder), status.isFolder else { return false }
    return status.owner == account.identity?.user ?? geteuid()
  }

  /// Whether the server can keep its data in a folder. pg_ctl puts the path between double quotes into a shell's
  /// command line, so these must not end or change it.
  private static func isFit(_ folder: String, for account: Account) throws(LocalClusterError) -> Bool {
    guard !folder.utf8.contains(where: { Array("\"\\$`\n'".utf8).contains($0) }) else { return false }
    return try account.canEnter(folder)
  }
}

extension String {
  var firstLine: String? {
    let line = prefix { !$0.isNewline }
    return line.isEmpty ? nil : String(line)
  }
}
