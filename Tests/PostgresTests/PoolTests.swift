import Testing

@testable import Postgres

@Suite struct PoolTests {
  private typealias Limits = Pool<Int>.Limits
  private let start = Tick(nanoseconds: 1_000_000_000_000)

  private func tick(_ milliseconds: Int64) -> Tick { start + .milliseconds(milliseconds) }

  /// All actions of a moment, written short.
  private func drain(_ pool: inout Pool<Int>, at milliseconds: Int64) -> [String] {
    var actions: [String] = []
    while let action = pool.next(now: tick(milliseconds)) {
      switch action {
      case .grant(let waiter, let connection): actions.append("grant \(waiter) \(connection)")
      case .open: actions.append("open")
      case .timeOut(let waiter): actions.append("time out \(waiter)")
      case .refuse(let waiter): actions.append("refuse \(waiter)")
      case .retire(let connection): actions.append("retire \(connection)")
      }
    }
    return actions
  }

  @Test func nothing_opens_before_somebody_waits_and_no_more_than_wait() {
    var pool = Pool<Int>(limits: Limits(size: 4))
    #expect(drain(&pool, at: 0) == [])
    pool.wait(1, now: tick(0))
    pool.wait(2, now: tick(0))
    #expect(drain(&pool, at: 0) == ["open", "open"])
    pool.opened(10, now: tick(3))
    #expect(drain(&pool, at: 3) == ["grant 1 10"])
    pool.release(10, now: tick(4))
    #expect(drain(&pool, at: 4) == ["grant 2 10"])
    pool.opened(11, now: tick(5))
    #expect(drain(&pool, at: 5) == [])
    #expect(pool.live == 2 && pool.idle == [11])
  }

  @Test func the_size_is_not_passed_and_waiters_are_served_in_order() {
    var pool = Pool<Int>(limits: Limits(size: 2))
    for waiter in 1...5 { pool.wait(waiter, now: tick(0)) }
    #expect(drain(&pool, at: 0) == ["open", "open"])
    pool.opened(10, now: tick(1))
    pool.opened(11, now: tick(1))
    #expect(drain(&pool, at: 1) == ["grant 1 11", "grant 2 10"])
    pool.release(10, now: tick(2))
    #expect(drain(&pool, at: 2) == ["grant 3 10"])
    pool.lost(11)
    #expect(drain(&pool, at: 3) == ["open"])
  }

  @Test func a_waiter_leaves_on_time_or_when_it_wants() {
    var pool = Pool<Int>(limits: Limits(size: 1, patience: .milliseconds(100)))
    pool.wait(1, now: tick(0))
    pool.wait(2, now: tick(50))
    pool.wait(3, now: tick(50))
    _ = drain(&pool, at: 50)
    #expect(pool.wakeUp(now: tick(50)) == tick(100))
    #expect(pool.forget { $0 == 2 } == 2)
    #expect(pool.forget { $0 == 2 } == nil)
    #expect(drain(&pool, at: 100) == ["time out 1"])
    #expect(drain(&pool, at: 149) == [])
    #expect(drain(&pool, at: 150) == ["time out 3"])
    #expect(pool.wakeUp(now: tick(150)) == nil)
  }

  @Test func a_server_that_is_away_is_tried_with_growing_pauses_and_waiters_are_refused() {
    var pool = Pool<Int>(limits: Limits(size: 3))
    pool.wait(1, now: tick(0))
    #expect(drain(&pool, at: 0) == ["open"])
    pool.openFailed(now: tick(0))
    #expect(drain(&pool, at: 0) == [])
    #expect(pool.wakeUp(now: tick(0)).map { $0 <= tick(250) } == true)
    #expect(drain(&pool, at: 250) == ["open"])
    pool.openFailed(now: tick(250))
    #expect(drain(&pool, at: 749) == [])
    #expect(drain(&pool, at: 750) == ["open"])
    pool.openFailed(now: tick(750))
    #expect(drain(&pool, at: 1000) == ["refuse 1"])
    pool.wait(2, now: tick(1100))
    #expect(drain(&pool, at: 1100) == ["refuse 2"])
    // It is looked for without anybody waiting, so that the next caller finds it back.
    #expect(drain(&pool, at: 1750) == ["open"])
    pool.opened(10, now: tick(1751))
    pool.wait(3, now: tick(1752))
    #expect(drain(&pool, at: 1752) == ["grant 3 10"])
  }

  @Test func a_server_nobody_asked_for_is_not_looked_for_for_ever_and_the_next_caller_waits_again() {
    var pool = Pool<Int>(limits: Limits(size: 1))
    pool.wait(1, now: tick(0))
    for moment in stride(from: Int64(0), through: 60_000, by: 250) {
      for action in drain(&pool, at: moment) where action == "open" { pool.openFailed(now: tick(moment)) }
    }
    #expect(pool.wakeUp(now: tick(60_000)) == nil)
    pool.wait(2, now: tick(60_000))
    #expect(drain(&pool, at: 60_000) == ["open"])
    pool.opened(10, now: tick(60_003))
    #expect(drain(&pool, at: 60_003) == ["grant 2 10"])
  }

  @Test func a_long_wait_opens_more_and_idle_ones_go_again() {
    var pool = Pool<Int>(limits: Limits(size: 1, surge: 1))
    pool.wait(1, now: tick(0))
    _ = drain(&pool, at: 0)
    pool.opened(10, now: tick(1))
    #expect(drain(&pool, at: 1) == ["grant 1 10"])
    pool.wait(2, now: tick(5))
    #expect(drain(&pool, at: 5) == [])
    #expect(pool.wakeUp(now: tick(5)) == tick(25))
    #expect(drain(&pool, at: 25) == ["open"])
    pool.opened(11, now: tick(26))
    #expect(drain(&pool, at: 26) == ["grant 2 11"])
    pool.wait(3, now: tick(30))
    #expect(drain(&pool, at: 100) == [])
    pool.release(10, now: tick(100))
    #expect(drain(&pool, at: 100) == ["grant 3 10"])
    pool.release(10, now: tick(200))
    pool.release(11, now: tick(200))
    #expect(drain(&pool, at: 10_199) == [])
    #expect(drain(&pool, at: 10_200) == ["retire 11"])
    #expect(pool.live == 1)
  }

  @Test func idle_connections_share_what_waits() {
    var pool = Pool<Int>(limits: Limits(size: 2))
    pool.wait(0, now: tick(0))
    pool.wait(1, now: tick(0))
    _ = drain(&pool, at: 0)
    pool.opened(10, now: tick(1))
    pool.opened(11, now: tick(1))
    for waiter in 2...9 { pool.wait(waiter, now: tick(1)) }
    guard case .grant(0, 11) = pool.next(now: tick(1)) else {
      Issue.record("the last opened goes to the first waiter")
      return
    }
    #expect(pool.share(upTo: 100) == [1, 2, 3, 4, 5])
    guard case .grant(6, 10) = pool.next(now: tick(1)) else {
      Issue.record("the other goes to the next")
      return
    }
    #expect(pool.share(upTo: 2) == [7, 8])
    #expect(pool.waiters.count == 1)
  }

  @Test func a_queue_keeps_its_order_through_everything() {
    var queue = WaitQueue<Int>()
    var model: [Int] = []
    var random = SystemRandomNumberGenerator()
    for number in 0..<20_000 {
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<5:
        queue.append(number, since: start, deadline: start)
        model.append(number)
      case 5:
        queue.prepend(number, since: start, deadline: start)
        model.insert(number, at: 0)
      case 6:
        let wanted = model.randomElement(using: &random)
        #expect(queue.remove { $0 == wanted } == wanted)
        model.removeAll { $0 == wanted }
      default:
        #expect(queue.popFirst() == (model.isEmpty ? nil : model.removeFirst()))
      }
      #expect(queue.count == model.count && queue.first?.waiter == model.first)
    }
    #expect(queue.removeAll() == model)
    #expect(queue.isEmpty)
  }
}
