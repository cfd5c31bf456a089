import NIOCore

/// Cuts off a client that keeps a connection without using it: from the first byte of a request its answer has to begin within a
/// time, whether the client dribbles its headers, its body, or the work is slow; and an answer that nobody takes, or a connection
/// on which nobody asks, ends likewise. Sits first in the pipeline and counts bytes, so a parser that waits cannot hide a client.
final class RequestDeadline: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  struct Limits: Sendable {
    /// From the first byte of a request to the first byte of its answer.
    var answer: TimeAmount = .seconds(30)
    /// Between an answer and the next request.
    var idle: TimeAmount = .seconds(75)
    /// While the client takes nothing of an answer that waits.
    var stalled: TimeAmount = .seconds(30)
  }

  private let limits: Limits
  private var timer: Scheduled<Void>?
  private var isAnswering = true

  init(_ limits: Limits) { self.limits = limits }

  func channelActive(context: ChannelHandlerContext) {
    wait(limits.idle, context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // Bytes of the same request do not move its deadline.
    if isAnswering {
      isAnswering = false
      wait(limits.answer, context)
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    isAnswering = true
    if context.channel.isWritable { wait(limits.idle, context) }
    context.write(data, promise: promise)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    wait(context.channel.isWritable ? limits.idle : limits.stalled, context)
    context.fireChannelWritabilityChanged()
  }

  private func wait(_ time: TimeAmount, _ context: ChannelHandlerContext) {
    timer?.cancel()
    let channel = context.channel
    timer = context.eventLoop.scheduleTask(in: time) { channel.close(mode: .all, promise: nil) }
  }
}
