import HTTPTypes
import Market

extension Route {
  private typealias Invitations = ResourceRoutes<ChallengeInvitation>

  static let challengeInvitations: [Route] = [
    proposals,
    ofChallenge,
    invite,
    Invitations.list,
    Invitations.one,
    Invitations.transitions,
    Invitations.transition,
  ]

  private static let proposals: Route = .get(
    "/api/v1/challenges/{id}/proposals", "matches", "题目的拟邀单位:按已发布成果的匹配程度排序,附理由",
    "who could solve a challenge, by what they have published: for its poster and the platform",
    query: [.limit], gives: .items(proposal), needsToken: true
  ) { call in
    let found = try await call.matcher.solvers(
      for: try call.id(Challenge.self), as: call.caller, limit: min(try call.limit, 50))
    return .items(found) { $0.write(into: &$1) }
  }

  private static let ofChallenge: Route = .get(
    "/api/v1/challenges/{id}/invitations", ChallengeInvitation.path, "题目的邀请(开启后可见谁来揭榜)",
    "who was invited to a challenge, and after the opening who came",
    query: Invitations.queryParameters, gives: .page(.of(ChallengeInvitation.self))
  ) { call in
    let challenge = try await call.market.find(try call.id(Challenge.self), for: call.caller)
    let filters = call.query.filter { $0.key != "page_size" && $0.key != "page_token" }
    return .page(
      try await call.market.invitations(
        to: challenge.id, for: call.caller, filters: filters, page: try call.page()), call)
  }

  private static let invite: Route = .write(
    .post, "/api/v1/challenges/{id}/invitations", ChallengeInvitation.path, "邀请单位揭榜", "invite an organisation",
    body: Body("NewChallengeInvitation", ChallengeInvitation.inputs), gives: .object(.of(ChallengeInvitation.self))
  ) { call, work in
    let id = try call.id(Challenge.self), input = try call.input(ChallengeInvitation.inputs)
    var proposed: ProposedSolver?
    if let organisation: ID<Organisation> = input.id("organisation") {
      proposed = try await call.matcher.solver(organisation, for: id, as: call.caller)
    }
    return .object(try await work.invite(input, to: id, proposed: proposed), .created, for: call)
  }

  private static let proposal = Schema(name: "ProposedSolver") { json in
    json.schemaObject(
      [
        ("organisation", .reference(Organisation.idPrefix), false, Phrase("单位", "organisation")),
        ("organisation_name", .text(max: 120), false, Phrase("单位名称", "its name")),
        ("kind", .code(Organisation.kinds), false, Phrase("单位类别", "kind")),
        ("region", .region, false, Phrase("成果所在地区", "region of its best achievement")),
        ("invitation", .reference(ChallengeInvitation.idPrefix), true, Phrase("已发邀请", "its invitation")),
        (
          "invitation_status", .code(ChallengeInvitation.State.allCases.map(\.rawValue)), true,
          Phrase("邀请状态", "how its invitation stands")
        ),
      ],
      required: [
        "organisation", "organisation_name", "kind", "region", "score", "achievements", "invitation",
        "invitation_status",
      ], isOpen: true)
  }
}
