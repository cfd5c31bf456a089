/// What a private cluster is told about itself.
enum ClusterSettings {
  /// Everybody who can reach the socket, and nobody else: the socket's folder is closed to other users.
  static let access = """
    # Only the Unix socket, in a folder that only its owner can enter.
    local  all          all  trust
    local  replication  all  trust

    """

  /// Fit for one machine of two to eight gigabytes.
  static let server = """
    listen_addresses = ''
    unix_socket_permissions = 0700
    max_connections = 200
    shared_buffers = 256MB
    effective_cache_size = 1GB
    work_mem = 16MB
    maintenance_work_mem = 128MB
    max_wal_size = 2GB
    wal_compression = on
    random_page_cost = 1.1
    timezone = 'UTC'
    log_timezone = 'UTC'
    log_line_prefix = '%m [%p] %q%a '
    log_checkpoints = off

    """

  /// For data nobody would miss, and many databases at a time.
  static let forTests = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=400"]

  /// The options of one start, which the folders' names depend on.
  static func options(_ place: ClusterPlace, forTests: Bool) -> String {
    (["port=\(RunningServer.port)", "unix_socket_directories=\(place.sockets)"]
      + (forTests ? ClusterSettings.forTests : []))
      .map { "-c \($0)" }.joined(separator: " ")
  }
}
