/// First come, first served, with a deadline each and the right to leave early.
struct WaitQueue<Waiter> {
  struct Place {
    var waiter: Waiter
    var since: Tick
    var deadline: Tick
  }

  private var places: [Place] = []
  private var head = 0

  var count: Int { places.count - head }
  var isEmpty: Bool { head == places.count }
  var first: Place? { isEmpty ? nil : places[head] }

  mutating func append(_ waiter: Waiter, since: Tick, deadline: Tick) {
    places.append(Place(waiter: waiter, since: since, deadline: deadline))
  }

  /// For one that was served and must be served again.
  mutating func prepend(_ waiter: Waiter, since: Tick, deadline: Tick) {
    let place = Place(waiter: waiter, since: since, deadline: deadline)
    if head > 0 {
      head -= 1
      places[head] = place
    } else {
      places.insert(place, at: 0)
    }
  }

  mutating func popFirst() -> Waiter? {
    guard head < places.count else { return nil }
    let waiter = places[head].waiter
    head += 1
    // The room in front is given back when it is half of the whole: each place moves once on average.
    if head == places.count {
      places.removeAll(keepingCapacity: places.capacity <= 1024)
      head = 0
    } else if head >= 1024, head * 2 >= places.count {
      places.removeFirst(head)
      head = 0
    }
    return waiter
  }

  /// Takes out the first waiter that matches.
  mutating func remove(where matches: (Waiter) -> Bool) -> Waiter? {
    guard let index = places[head...].firstIndex(where: { matches($0.waiter) }) else { return nil }
    return places.remove(at: index).waiter
  }

  mutating func removeAll() -> [Waiter] {
    defer {
      places = []
      head = 0
    }
    return places[head...].map(\.waiter)
  }
}
