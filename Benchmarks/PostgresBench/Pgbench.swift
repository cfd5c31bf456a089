import Glibc

/// PostgreSQL's own load generator, as the rival.
struct Pgbench {
  struct Failure: Error {
    var output: String
  }

  private let conninfo: String
  private let program: String

  init(_ conninfo: String) throws {
    self.conninfo = conninfo
    let candidates =
      ["/usr/bin/pgbench", "/usr/local/bin/pgbench"]
      + (15...30).reversed().map {
        "/usr/lib/postgresql/\($0)/bin/pgbench"
      }
    guard let program = candidates.first(where: { access($0, X_OK) == 0 }) else {
      throw Failure(output: "pgbench is not installed; install it with: sudo apt-get install -y postgresql-contrib")
    }
    self.program = program
  }

  /// Makes pgbench's tables with a million accounts.
  func fill() throws {
    _ = try run("-i -q -s 10")
  }

  /// A file with a script of one's own, as the option that names it.
  func scriptFile(_ text: String) throws -> String {
    var template = Array("/tmp/pgbench.XXXXXX".utf8CString)
    let file = mkstemp(&template)
    guard file >= 0 else { throw Failure(output: "no temporary file") }
    defer { close(file) }
    var text = text
    let written = text.withUTF8 { write(file, $0.baseAddress, $0.count) }
    guard written == text.utf8.count else { throw Failure(output: "the script cannot be written") }
    return "-n -f " + template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
  }

  /// Transactions a second of 64 clients.
  func rate(_ script: String, seconds: Int) throws -> Double {
    let output = try run("-n -M prepared -c 64 -j 2 -T \(seconds) \(script)")
    guard let line = output.split(separator: "\n").first(where: { $0.hasPrefix("tps = ") }),
      let rate = Double(line.dropFirst(6).prefix { $0 != " " })
    else { throw Failure(output: output) }
    return rate
  }

  private func run(_ options: String) throws -> String {
    guard let stream = popen("\(program) \(options) \"\(conninfo)\" 2>&1", "r") else {
      throw Failure(output: "\(program) cannot be run")
    }
    var output = ""
    var line = [CChar](repeating: 0, count: 4096)
    while fgets(&line, Int32(line.count), stream) != nil {
      output += line.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }
    guard pclose(stream) == 0 else { throw Failure(output: output) }
    return output
  }
}
