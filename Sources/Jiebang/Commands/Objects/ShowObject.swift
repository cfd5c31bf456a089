import ArgumentParser
import Market

/// `jiebang … show`: one object as JSON, as the platform itself sees it.
struct ShowObject<Object: Listed>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "show", abstract: "查看 · one \(Object.noun.en) as JSON",
      discussion: "jiebang \(Object.command) show \(Object.idPrefix)_01J…")
  }

  @Argument(help: "标识 · id") var id: ID<Object>

  func run() async throws {
    try await command {
      let object = try await Session.with { session in try await session.market().find(id, for: .system) }
      Console.json { object.write(for: .system, into: &$0) }
    }
  }
}

extension Session {
  /// Takes a step along an object's workflow in the platform's name, and says where that led.
  func move<Object: Listed>(_ id: ID<Object>, _ action: Object.Action, _ body: [String: JSONValue] = [:]) async throws {
    let moved = try await market().work(as: .system) { work in
      try await work.move(id, action, .object(body), version: nil)
    }
    Console.note("\(moved.id): \(moved.state.rawValue)")
  }
}
