extension Database {
  /// How to reach a database and how many connections to use.
  public struct Options: Sendable {
    /// A libpq URL (`postgresql://user@host/name`) or key/value string (`host=/tmp dbname=name`).
    public var conninfo: String
    /// The database to connect to, in place of the one in ``conninfo``.
    public var database: String?
    /// Connections shared by single reads. More of them open for a while when one is held up by a slow statement.
    public var readers = 2
    /// Connections lent to one transaction or one write at a time.
    public var writers = 12
    /// How long a call waits for a connection.
    public var acquireTimeout: Duration = .seconds(5)
    /// How long one attempt to connect may take, in whole seconds, at least 2.
    public var connectTimeout: Duration = .seconds(5)
    /// How long the server works on one statement; zero for no limit.
    public var statementTimeout: Duration = .seconds(30)
    /// How long ``Database/close()`` waits for what is under way.
    public var closeTimeout: Duration = .seconds(2)
    /// The name shown in `pg_stat_activity`.
    public var applicationName = "jiebang"
    /// The schemas names are looked up in, separated by commas.
    public var searchPath: String?
    /// The user to connect as, in place of the one in ``conninfo``.
    public var user: String?
    /// Receives the server's notices and warnings, on the client's own thread: be quick.
    public var onNotice: @Sendable (String) -> Void = { _ in }

    public init(conninfo: String) {
      self.conninfo = conninfo
    }

    public init(
      conninfo: String, database: String? = nil, readers: Int = 2, writers: Int = 12,
      acquireTimeout: Duration = .seconds(5), connectTimeout: Duration = .seconds(5),
      statementTimeout: Duration = .seconds(30), applicationName: String = "jiebang", searchPath: String? = nil
    ) {
      self.conninfo = conninfo
      self.database = database
      self.readers = readers
      self.writers = writers
      self.acquireTimeout = acquireTimeout
      self.connectTimeout = connectTimeout
      self.statementTimeout = statementTimeout
      self.applicationName = applicationName
      self.searchPath = searchPath
    }
  }
}
