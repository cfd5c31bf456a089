import ArgumentParser
import Market

/// A kind of object that the command line lists, shows and moves. Another kind is another extension with its row.
protocol Listed: MarketObject {
  /// The word after `jiebang`.
  static var command: String { get }
  /// Fields that make a line of the list, in order. The last one may be long.
  static var listed: [String] { get }
}

extension Challenge: Listed {
  static let command = "challenge"
  static let listed = ["id", "status", "closes_at", "opened_at", "title"]
}

extension Project: Listed {
  static let command = "project"
  static let listed = ["id", "status", "solver_name", "ends_on", "title"]
}

extension Demand: Listed {
  static let command = "demand"
  static let listed = ["id", "status", "confidentiality", "score", "organisation_name", "title"]
}

extension Expert: Listed {
  static let command = "expert"
  static let listed = ["id", "status", "kind", "fields", "name", "organisation_name"]
}

extension Panel: Listed {
  static let command = "panel"
  static let listed = ["id", "status", "size", "pool_size", "created_at", "challenge_title"]
}

extension Chain: Listed {
  static let command = "chain"
  static let listed = [
    "id", "status", "region", "nodes", "core_enterprises", "innovation_resources", "technology_gaps", "name",
  ]
}

extension Notice: Listed {
  static let command = "notice"
  static let listed = ["id", "number", "status", "kind", "ends_at", "title"]
}

extension Organisation: Listed {
  static let command = "organisation"
  static let listed = ["id", "status", "kind", "uscc", "region", "region_successor", "name"]
}

extension Person: Listed {
  static let command = "user"
  static let listed = ["id", "status", "login", "name", "organisation_name"]
}

extension Webhook: Listed {
  static let command = "webhook"
  static let listed = ["id", "organisation", "status", "failures", "url"]
}

extension Programme: Listed {
  static let command = "programme"
  static let listed = ["id", "status", "year", "budget", "reserved", "paid", "recovered", "balance", "name"]
}

extension Claim: Listed {
  static let command = "claim"
  static let listed = ["id", "status", "amount", "due_at", "organisation_name", "programme_name", "title"]
}

extension ID: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
  /// What one looks like, for help texts and for whoever sent something else.
  public static var allValueStrings: [String] { [Entity.idPrefix + "_01J…"] }
}
