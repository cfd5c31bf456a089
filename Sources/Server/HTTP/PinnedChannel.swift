import HummingbirdCore
import Logging
import NIOCore

/// HTTP/1 whose connections are served on the event loop that reads them. A request then goes from the loop to the database's thread
/// and back, instead of through the global pool on both ways; work that keeps a processor busy has to leave the loop by itself.
struct PinnedChannel: ServerChildChannel {
  let inner: HTTP1Channel
  var limits = RequestDeadline.Limits()

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
    inner.setup(channel: channel, logger: logger).flatMapThrowing { value in
      try channel.pipeline.syncOperations.addHandler(RequestDeadline(limits), position: .first)
      return value
    }
  }

  func handle(value: HTTP1Channel.Value, logger: Logger) async {
    await withTaskExecutorPreference(LoopExecutor(loop: value.channel.eventLoop)) {
      await inner.handle(value: value, logger: logger)
    }
  }
}

/// Runs a task's steps on an event loop.
private final class LoopExecutor: TaskExecutor {
  let loop: any EventLoop

  init(loop: any EventLoop) { self.loop = loop }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
