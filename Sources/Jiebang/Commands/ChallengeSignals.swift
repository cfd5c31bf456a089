import ArgumentParser
import Market

extension ChallengeCommand {
  struct Signals: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "串标、围标线索 · what its bids have in common that is worth a look; nothing follows from it",
      discussion: "jiebang challenge signals chl_01J…")
    @Argument(help: "题目标识 · id of the challenge") var id: ID<Challenge>
    @Flag(help: "每行一个 JSON · JSON lines") var json = false

    func run() async throws {
      try await command {
        let signals = try await Session.with { session in try await session.market().signals(on: id, for: .system) }
        for signal in signals {
          guard json else {
            Console.out("\(signal.bids.map(\.text).joined(separator: " ")): \(Console.pick(signal.detail))")
            continue
          }
          var writer = JSONWriter()
          CollusionSignal.fields.write(signal, into: &writer)
          Console.out(String(decoding: writer.bytes, as: UTF8.self))
        }
        if signals.isEmpty { Console.note(Console.pick(Phrase("没有线索", "nothing to look at"))) }
      }
    }
  }
}
