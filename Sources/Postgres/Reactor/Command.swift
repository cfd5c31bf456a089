/// What other threads ask of the reactor.
enum Command: Sendable {
  case read(Ticket, SQL, Promise<Rows>)
  case write(Ticket, SQL, Promise<Rows>)
  case open(UInt64, isolation: Isolation?)
  case operate(UInt64, Ticket, Work)
  case cancel(Ticket)
  case dialled(Purpose, Result<Handover, PostgresError>)
  case cancelSent(link: Int)
  case subscribe(UInt64, channel: String, Subscription)
  case unsubscribe(UInt64)
  case close(CheckedContinuation<Void, Never>?)

  typealias Work = Operation.Work
  typealias Subscription = AsyncThrowingStream<PostgresNotification, any Error>.Continuation

  /// Answers a command that came too late.
  func refuse() {
    switch self {
    case .read(_, _, let promise), .write(_, _, let promise): promise.resume(returning: .failure(.databaseClosed))
    case .operate(_, let ticket, let work): Operation(ticket: ticket, work: work).fail(.databaseClosed)
    case .subscribe(_, _, let subscription): subscription.finish()
    case .close(let waiter): waiter?.resume()
    case .open, .cancel, .dialled, .cancelSent, .unsubscribe: break
    }
  }
}
