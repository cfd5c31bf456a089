import ArgumentParser
import Server

/// The product's command.
@main
struct Jiebang: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jiebang",
    abstract: "揭榜:技术交易与成果转化平台 · an open technology-transfer marketplace",
    discussion: """
      Without JIEBANG_DATABASE_URL it runs a private PostgreSQL in .jiebang/ (or the folder JIEBANG_HOME names).
      Data goes to standard output, progress and messages to standard error.
      Exit codes: 0 done, 1 unexpected, 2 data refused, 3 not found, 4 not allowed, 5 conflict, 6 database unreachable,
      7 a check failed, 64 usage, 130 interrupted.
      """,
    version: Product.version,
    subcommands: [
      Serve.self, Demo.self, Migrate.self, Import.self, Export.self, MatchCommand.self, Stats.self,
      OrganisationCommand.self, UserCommand.self, TokenCommand.self, DemandCommand.self, ChainCommand.self,
      ChallengeCommand.self, ProjectCommand.self, BidCommand.self, ExpertCommand.self, PanelCommand.self,
      OfficerKeyCommand.self, KeyCommand.self, NoticeCommand.self, ProgrammeCommand.self, ClaimCommand.self,
      WebhookCommand.self, Job.self, AuditCommand.self,
      LedgerCommand.self, Clock.self, Doctor.self, Workflows.self, PolicyCommand.self,
      OpenContractingCommand.self, Version.self,
    ])
}
