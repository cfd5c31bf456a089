import CLibPQ

/// A connection on its way from the thread that made it to the reactor.
// SAFETY: the dialling thread lets go of the pointer before it sends this, the reactor takes it once, and whoever
// holds this last without taking closes the connection: one thread at a time.
final class Handover: @unchecked Sendable {
  private var pointer: OpaquePointer?
  /// Must live as long as the connection, which points to it.
  let notices: NoticeReceiver

  init(_ pointer: OpaquePointer, notices: NoticeReceiver) {
    self.pointer = pointer
    self.notices = notices
  }

  deinit {
    if let pointer { PQfinish(pointer) }
  }

  func take() -> OpaquePointer? {
    defer { pointer = nil }
    return pointer
  }
}

/// A request to stop what a connection does, on its way to the thread that sends it.
// SAFETY: made by the reactor and used by one helper thread; libpq allows PQcancel from any thread.
final class CancelHandle: @unchecked Sendable {
  private let pointer: OpaquePointer

  init?(_ connection: OpaquePointer) {
    guard let pointer = PQgetCancel(connection) else { return nil }
    self.pointer = pointer
  }

  deinit {
    PQfreeCancel(pointer)
  }

  /// Asks the server and waits until it has heard. The answer says nothing about the statement.
  func send() {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      _ = PQcancel(pointer, buffer.baseAddress, 256)
    }
  }
}

/// Where a connection's notices go.
final class NoticeReceiver: Sendable {
  private let receive: @Sendable (String) -> Void

  init(_ receive: @escaping @Sendable (String) -> Void) {
    self.receive = receive
  }

  func attach(to connection: OpaquePointer) {
    PQsetNoticeProcessor(
      connection,
      { receiver, message in
        guard let receiver, let message else { return }
        var text = String(cString: message)
        while text.last?.isNewline == true { text.removeLast() }
        Unmanaged<NoticeReceiver>.fromOpaque(receiver).takeUnretainedValue().receive(text)
      }, Unmanaged.passUnretained(self).toOpaque())
  }
}
