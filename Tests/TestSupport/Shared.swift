import Synchronization

/// A value that the tasks of one test share.
public final class Shared<Value: Sendable>: Sendable {
  private let mutex: Mutex<Value>

  public init(_ value: Value) { mutex = Mutex(value) }

  public var value: Value { mutex.withLock { $0 } }

  public func change(_ body: @Sendable (inout Value) -> Void) { mutex.withLock { body(&$0) } }
}
