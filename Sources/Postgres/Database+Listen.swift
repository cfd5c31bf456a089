extension Database {
  /// The notifications of a channel, on a connection all listeners share, until the stream is let go or the database
  /// closed.
  ///
  /// The first element is a mark that listening has begun, and so is the first after each reconnect: what was sent
  /// before it may be missing. The stream throws only when the server refuses to listen.
  public func listen(_ channel: String) -> AsyncThrowingStream<PostgresNotification, any Error> {
    AsyncThrowingStream { subscription in
      guard (1...63).contains(channel.utf8.count) else {
        return subscription.finish(throwing: PostgresError(.server, "a channel's name has 1 to 63 bytes"))
      }
      let id = reactor.nextID()
      let reactor = reactor
      subscription.onTermination = { _ in reactor.submit(.unsubscribe(id)) }
      reactor.submit(.subscribe(id, channel: channel, subscription))
    }
  }
}
