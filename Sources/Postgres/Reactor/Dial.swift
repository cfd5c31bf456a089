import CLibPQ

/// What a connection is for.
enum Purpose: Sendable {
  case reader, writer, listener
}

/// Connects and sets the session up, blocking; run on a thread of its own.
struct Dial: Sendable {
  let options: Database.Options
  let purpose: Purpose

  func connect() -> Result<Handover, PostgresError> {
    guard let connection = open() else { return .failure(PostgresError(.connection, "libpq is out of memory")) }
    let notices = NoticeReceiver(options.onNotice)
    let handover = Handover(connection, notices: notices)
    guard PQstatus(connection) == CONNECTION_OK else { return failure(connection) }
    notices.attach(to: connection)
    guard let answer = PQexec(connection, setUp(connection)) else { return failure(connection) }
    let status = PQresultStatus(answer)
    PQclear(answer)
    guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else { return failure(connection) }
    guard PQsetnonblocking(connection, 1) == 0 else { return failure(connection) }
    if purpose != .listener, PQenterPipelineMode(connection) != 1 { return failure(connection) }
    return .success(handover)
  }

  private func open() -> OpaquePointer? {
    // What stands before the caller's string is a default it may override; what stands after it holds.
    var parameters: [(String, String)] = [
      ("connect_timeout", "\(max(2, (options.connectTimeout.milliseconds + 999) / 1000))"),
      ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
      ("tcp_user_timeout", "30000"), ("fallback_application_name", options.applicationName),
      ("dbname", options.conninfo),
    ]
    if let database = options.database { parameters.append(("dbname", database)) }
    if let user = options.user { parameters.append(("user", user)) }
    parameters.append(("client_encoding", "UTF8"))
    return withCStrings(parameters.map(\.0)) { keywords in
      withCStrings(parameters.map(\.1)) { values in PQconnectdbParams(keywords, values, 1) }
    }
  }

  private func setUp(_ connection: OpaquePointer) -> String {
    var script = "SET statement_timeout = \(max(0, options.statementTimeout.milliseconds)); SET TimeZone = 'UTC'"
    if purpose == .reader { script += "; SET default_transaction_read_only = on" }
    if let path = options.searchPath, let literal = PQescapeLiteral(connection, path, path.utf8.count) {
      script += "; SELECT set_config('search_path', \(String(cString: literal)), false)"
      PQfreemem(literal)
    }
    return script
  }

  private func failure(_ connection: OpaquePointer) -> Result<Handover, PostgresError> {
    .failure(PostgresError(.connection, LibPQ.message(connection)))
  }
}

/// Lends an array of C strings that ends with NULL.
private func withCStrings<R>(_ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> R) -> R {
  var bytes: [CChar] = []
  let starts = strings.map { string in
    defer { bytes += string.utf8CString }
    return bytes.count
  }
  return bytes.withUnsafeBufferPointer { all in
    var pointers: [UnsafePointer<CChar>?] = starts.map { start in all.baseAddress.map { $0 + start } }
    pointers.append(nil)
    return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
