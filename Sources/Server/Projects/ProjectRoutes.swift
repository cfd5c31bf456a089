import HTTPTypes
import Market

extension Route {
  private typealias Projects = ResourceRoutes<Project>
  private typealias Milestones = ResourceRoutes<Milestone>
  private typealias Acceptances = ResourceRoutes<Acceptance>

  /// What follows an award. None of it is made by hand: a project comes with the award, milestones with the start, an acceptance
  /// with the delivery.
  static let projects: [Route] = [
    Projects.list,
    Projects.one,
    Projects.transitions,
    Projects.transition,
    Milestones.list,
    Milestones.one,
    Milestones.transitions,
    Milestones.transition,
    Acceptances.list,
    Acceptances.one,
    Acceptances.transitions,
    Acceptances.transition,
    vote,
    votes,
  ]

  private static let ballot = Schema.members("AcceptanceVote", AcceptanceVote.shown)

  private static let vote: Route = .write(
    .post, "/api/v1/acceptances/{id}/votes", Acceptance.path, "验收组表决", "vote for one's seat on the panel, once",
    body: Body("NewAcceptanceVote", AcceptanceVote.inputs), gives: .object(ballot)
  ) { call, work in
    let vote = try await work.vote(on: try call.id(Acceptance.self), try call.input(AcceptanceVote.inputs))
    return .json(.created) { json in vote.write(into: &json) }
  }

  private static let votes: Route = .get(
    "/api/v1/acceptances/{id}/votes", Acceptance.path, "验收组表决结果", "how the panel voted, once it is decided",
    gives: .items(ballot)
  ) { call in
    .items(try await call.market.votes(on: try call.id(Acceptance.self), for: call.caller)) { $0.write(into: &$1) }
  }
}
