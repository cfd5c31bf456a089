extension Core {
  func subscribe(_ id: UInt64, _ channel: String, _ subscription: Command.Subscription) {
    listener.subscribers[id] = Listener.Subscriber(channel: channel, subscription: subscription)
    // Those who join later get their mark at once: the server is telling us already.
    if listener.active.contains(channel) { subscription.yield(.mark(channel)) }
  }

  func unsubscribe(_ id: UInt64) {
    listener.subscribers[id] = nil
  }

  func scheduleListener() {
    switch listener.state {
    case .away:
      guard !listener.subscribers.isEmpty, closing == nil, listener.nextAttempt.map({ $0 <= now }) ?? true else {
        return
      }
      listener.state = .dialling
      dial(.listener)
    case .ready(let link):
      let wanted = listener.wanted
      if wanted.isEmpty { return drop(link) }
      if let channel = wanted.subtracting(listener.active).min() {
        change(link, channel, listens: true)
      } else if let channel = listener.active.subtracting(wanted).min() {
        change(link, channel, listens: false)
      }
    case .dialling, .busy: return
    }
  }

  private func change(_ link: Link, _ channel: String, listens: Bool) {
    listener.state = .busy(link, channel: channel, listens: listens)
    do {
      try link.send(text: "\(listens ? "LISTEN" : "UNLISTEN") \(channel.quotedIdentifier)")
      flush(link)
    } catch {
      lose(link, error)
    }
  }

  func listenerOpened(_ link: Link) {
    link.owner = .listener
    listener.opened(link)
  }

  func listenerLost(_ link: Link) {
    listener.lost(now: now)
  }

  func listenerAnswered(_ link: Link, _ failure: PostgresError?) {
    guard case .busy(_, let channel, let listens) = listener.state else { return drop(link) }
    listener.state = .ready(link)
    if let failure {
      for (id, subscriber) in listener.subscribers where subscriber.channel == channel {
        listener.subscribers[id] = nil
        subscriber.subscription.finish(throwing: failure)
      }
    } else if listens {
      listener.active.insert(channel)
      for subscription in listener.subscriptions(of: channel) { subscription.yield(.mark(channel)) }
    } else {
      listener.active.remove(channel)
    }
    takeNotifications(link)
  }

  func takeNotifications(_ link: Link) {
    for (channel, payload, processID) in link.takeNotifications() {
      let notification = PostgresNotification(
        channel: channel, payload: payload, processID: processID, marksGap: false)
      for subscription in listener.subscriptions(of: channel) { subscription.yield(notification) }
    }
  }
}

extension PostgresNotification {
  static func mark(_ channel: String) -> PostgresNotification {
    PostgresNotification(channel: channel, payload: "", processID: 0, marksGap: true)
  }
}

extension String {
  /// The name as SQL writes it, between double quotes.
  var quotedIdentifier: String {
    "\"" + split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
