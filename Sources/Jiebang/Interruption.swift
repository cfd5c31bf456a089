import ArgumentParser
import Dispatch
import Glibc

/// Ctrl-C during a command: the work is cancelled, what is open is rolled back, a cluster of our own is stopped, and the exit
/// code is 130. A second Ctrl-C ends the process at once.
enum Interruption {
  static func around<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
    let work = Task { try await body() }
    let signals = [SIGINT, SIGTERM]
    let sources = signals.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler {
        signal(number, SIG_DFL)
        work.cancel()
      }
      source.resume()
      return source
    }
    // The signals stay ignored: what follows is a server with its own handling, or stopping the cluster, which is done whole.
    defer { for source in sources { source.cancel() } }
    do { return try await work.value } catch {
      // Whatever a cancelled piece of work stumbled over, the reason is that it was told to stop.
      throw work.isCancelled ? ExitCode(130) : error
    }
  }
}
