import HTTPTypes
import Market

extension Route {
  private typealias Questions = ResourceRoutes<Question>

  static let questions: [Route] = [
    ofChallenge,
    ask,
    Questions.list,
    Questions.one,
    Questions.transitions,
    Questions.transition,
    amendments,
    opinions,
    giveOpinion,
  ]

  private static let ofChallenge: Route = .get(
    "/api/v1/challenges/{id}/questions", Question.path, "题目的答疑",
    "questions on a challenge, as far as the caller may know of them",
    query: Questions.queryParameters, gives: .page(.of(Question.self))
  ) { call in
    let challenge = try await call.market.find(try call.id(Challenge.self), for: call.caller)
    let filters = call.query.filter { $0.key != "page_size" && $0.key != "page_token" }
    return .page(
      try await call.market.questions(on: challenge.id, for: call.caller, filters: filters, page: try call.page()), call
    )
  }

  private static let ask: Route = .write(
    .post, "/api/v1/challenges/{id}/questions", Question.path, "提问", "ask about a challenge",
    body: Body("NewQuestion", Question.inputs), gives: .object(.of(Question.self))
  ) { call, work in
    .object(
      try await work.ask(about: try call.id(Challenge.self), try call.input(Question.inputs)), .created, for: call)
  }

  private static let amendments: Route = .get(
    "/api/v1/challenges/{id}/amendments", Challenge.path, "题目的变更公告", "what was changed since publication, and why",
    gives: .items(.members("Amendment", Amendment.shown))
  ) { call in
    .items(try await call.market.amendments(of: try call.id(Challenge.self), for: call.caller)) { $0.write(into: &$1) }
  }

  private static let opinion = Schema.members("ExpertOpinion", ExpertOpinion.shown)

  private static let opinions: Route = .get(
    "/api/v1/challenges/{id}/opinions", Challenge.path, "定向委托的专家意见", "what experts say to a directed entrustment",
    gives: .items(opinion)
  ) { call in
    .items(try await call.market.opinions(on: try call.id(Challenge.self), for: call.caller)) { $0.write(into: &$1) }
  }

  private static let giveOpinion: Route = .write(
    .post, "/api/v1/challenges/{id}/opinions", Challenge.path, "提交专家意见", "give an expert opinion, once",
    body: Body("NewExpertOpinion", ExpertOpinion.inputs), gives: .object(opinion)
  ) { call, work in
    let opinion = try await work.giveOpinion(on: try call.id(Challenge.self), try call.input(ExpertOpinion.inputs))
    return .json(.created) { json in opinion.write(into: &json) }
  }
}
