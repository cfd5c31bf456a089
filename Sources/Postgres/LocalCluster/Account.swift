import Glibc

/// The user a server runs as: PostgreSQL refuses to run as root.
enum Account: Sendable {
  case ourselves
  case other(name: String, user: uid_t, group: gid_t)

  /// Ourselves, unless we are root: then the owner of the data if there is one, `postgres`, or `nobody`.
  static func choose(dataFolder: String) throws(LocalClusterError) -> Account {
    let owner = Files.status(dataFolder)?.owner
    guard geteuid() == 0 else {
      if let owner, owner != geteuid() {
        throw LocalClusterError(
          "\(dataFolder) belongs to another user (uid \(owner)); run as that user or as root, or choose another folder")
      }
      return .ourselves
    }
    if let owner, owner != 0, let entry = getpwuid(owner) { return Account(entry.pointee) }
    for name in ["postgres", "nobody"] {
      if let entry = getpwnam(name), entry.pointee.pw_uid != 0 { return Account(entry.pointee) }
    }
    throw LocalClusterError(
      "PostgreSQL does not run as root, and there is neither a user postgres nor nobody to run it as; "
        + "make one with: useradd --system postgres")
  }

  private init(_ entry: passwd) {
    self = .other(name: String(cString: entry.pw_name), user: entry.pw_uid, group: entry.pw_gid)
  }

  var identity: (user: uid_t, group: gid_t)? {
    if case .other(_, let user, let group) = self { (user, group) } else { nil }
  }

  var name: String {
    if case .other(let name, _, _) = self { name } else { "uid \(geteuid())" }
  }

  /// The words in front of a command line that make it run as this user.
  func prefix() throws(LocalClusterError) -> [String] {
    guard case .other(let name, let user, let group) = self else { return [] }
    if let setpriv = Program.find("setpriv") {
      return [setpriv, "--reuid=\(user)", "--regid=\(group)", "--clear-groups", "--"]
    }
    if let runuser = Program.find("runuser") { return [runuser, "-u", name, "--"] }
    throw LocalClusterError(
      "PostgreSQL does not run as root, and neither setpriv nor runuser (package util-linux) is there to become \(name)"
    )
  }

  /// Whether this user can get into a folder, through all its parents.
  func canEnter(_ folder: String) throws(LocalClusterError) -> Bool {
    try Program(path: "/bin/sh", arguments: ["-c", "cd -- \"$0\"", folder], account: self).run().status == 0
  }
}
