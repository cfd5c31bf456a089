import HTTPTypes
import Market

extension Route {
  private typealias Experts = ResourceRoutes<Expert>

  static let experts: [Route] = [
    Experts.list,
    Experts.create { work, input in try await work.enrol(input) },
    Experts.one,
    Experts.patch,
    Experts.transitions,
    Experts.transition,
    relate,
    relations,
  ]

  private static let relation = Schema.members("ExpertRelation", ExpertRelation.shown)

  private static let relate: Route = .write(
    .post, "/api/v1/experts/{id}/relations", Expert.path, "登记专家与单位的利害关系",
    "register what stands between an expert and an organisation; it is never taken back",
    body: Body("NewExpertRelation", ExpertRelation.inputs), gives: .object(relation)
  ) { call, work in
    let made = try await work.relate(try call.id(Expert.self), try call.input(ExpertRelation.inputs))
    return .json(.created) { json in made.write(into: &json) }
  }

  private static let relations: Route = .get(
    "/api/v1/experts/{id}/relations", Expert.path, "专家已登记的利害关系", "what is registered of an expert, newest first",
    gives: .items(relation)
  ) { call in
    .items(try await call.market.relations(of: try call.id(Expert.self), for: call.caller)) { $0.write(into: &$1) }
  }
}
