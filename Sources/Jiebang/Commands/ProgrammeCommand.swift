import ArgumentParser
import Market

struct ProgrammeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "programme", abstract: "计划项目 · programmes of public money and what is left of them",
    subcommands: [ListObjects<Programme>.self, ShowObject<Programme>.self])
}
