/// Who listens to which channel, and how far the one connection for it has got.
struct Listener {
  struct Subscriber {
    var channel: String
    var subscription: Command.Subscription
  }

  enum State {
    case away
    case dialling
    case ready(Link)
    /// A LISTEN or UNLISTEN of this channel is under way.
    case busy(Link, channel: String, listens: Bool)
  }

  var subscribers: [UInt64: Subscriber] = [:]
  var state = State.away
  /// The channels the server tells us of.
  var active: Set<String> = []
  private var failures = 0
  private(set) var nextAttempt: Tick?

  var wanted: Set<String> { Set(subscribers.values.map(\.channel)) }

  var isDialling: Bool {
    if case .dialling = state { true } else { false }
  }

  var wakeUp: Tick? {
    if case .away = state, !subscribers.isEmpty { nextAttempt } else { nil }
  }

  mutating func opened(_ link: Link) {
    failures = 0
    nextAttempt = nil
    active = []
    state = .ready(link)
  }

  mutating func openFailed(now: Tick) {
    state = .away
    nextAttempt = now + min(.milliseconds(1000), .milliseconds(250) << min(Int64(failures), 4))
    failures += 1
  }

  mutating func lost(now: Tick) {
    state = .away
    active = []
    nextAttempt = now
  }

  func subscriptions(of channel: String) -> [Command.Subscription] {
    subscribers.values.filter { $0.channel == channel }.map(\.subscription)
  }
}
