import Glibc

/// A program to run to its end, and what it said.
struct Program {
  var path: String
  var arguments: [String]
  var account = Account.ourselves

  struct Outcome {
    /// The exit status; 128 and the signal's number when it was killed.
    var status: Int32
    /// Both of its outputs.
    var output: String
  }

  /// Runs it with a clean environment, in the root folder, out of reach of the terminal's signals.
  func run() throws(LocalClusterError) -> Outcome {
    let output = try Files.openNameless()
    defer { close(output) }
    let process = try spawn(output: output)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { throw .system("\(path) was lost") }
    }
    lseek(output, 0, SEEK_SET)
    let signal = status & 0x7F
    return Outcome(status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, output: Files.readAll(output))
  }

  /// Starts it and does not wait for its end.
  func leaveRunning() throws(LocalClusterError) {
    let output = open("/dev/null", O_WRONLY | O_CLOEXEC)
    guard output >= 0 else { throw .system("/dev/null cannot be opened") }
    defer { close(output) }
    let process = try spawn(output: output)
    // Somebody has to hear of its end, or it stays in the process table for as long as we run.
    _ = Thread.detach { while waitpid(process, nil, 0) < 0, errno == EINTR {} }
  }

  private func spawn(output: Int32) throws(LocalClusterError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, output, 2)
    // A server that outlives us must not keep our pipes open: whoever waits for their end would wait for the server's.
    for descriptor in 3..<Int32(clamping: min(1024, sysconf(Int32(_SC_OPEN_MAX)))) {
      posix_spawn_file_actions_addclose(&actions, descriptor)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
    // The folder we are in may be closed to the other user.
    let words = try ["/bin/sh", "-c", "cd / && exec \"$@\"", "sh"] + account.prefix() + [path] + arguments
    var process = pid_t()
    let outcome = withPointers(words) { argv in
      withPointers(Program.environment) { envp in posix_spawn(&process, words[0], &actions, &attributes, argv, envp) }
    }
    guard outcome == 0 else {
      errno = outcome
      throw .system("\(path) cannot be run")
    }
    return process
  }

  /// PostgreSQL's own variables would lead its programs to another cluster.
  private static var environment: [String] {
    let path = getenv("PATH").map { String(cString: $0) } ?? ""
    return ["PATH=\(path):/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL=C.UTF-8", "TZ=UTC"]
  }

  /// The path of a program in the folders of PATH and the system's own; nil when there is none.
  static func find(_ name: String) -> String? {
    let path = getenv("PATH").map { String(cString: $0) } ?? ""
    let folders = path.split(separator: ":").map(String.init) + ["/usr/bin", "/bin", "/usr/sbin", "/sbin"]
    return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }
}

/// Lends an array of C strings that ends with NULL.
private func withPointers<R>(_ words: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
  let copies = words.map { strdup($0) }
  defer { for copy in copies { free(copy) } }
  return body(copies + [nil])
}
