import Glibc

/// Threads of our own, for what must not run on Swift's few shared ones.
package enum Thread {
  /// Runs `body` on a new thread; false when the system has none to give.
  package static func detach(_ body: @escaping @Sendable () -> Void) -> Bool {
    final class Box: Sendable {
      let body: @Sendable () -> Void
      init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    let box = Unmanaged.passRetained(Box(body))
    var thread = pthread_t()
    let outcome = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, box.toOpaque())
    guard outcome == 0 else {
      box.release()
      return false
    }
    pthread_detach(thread)
    return true
  }
}
