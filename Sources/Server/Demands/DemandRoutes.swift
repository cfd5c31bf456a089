import HTTPTypes
import Market

extension Route {
  private typealias Demands = ResourceRoutes<Demand>

  static let demands: [Route] = [
    Demands.list,
    Demands.create { work, input in
      guard let organisation = work.caller.organisation, work.caller.role == .enterprise else {
        throw Refusal.forbidden(needs: [Role.enterprise.rawValue])
      }
      return try await work.create(Demand.self, input, own: [("organisation", .reference(organisation.bits))])
    },
    Demands.one,
    Demands.patch,
    Demands.transitions,
    Demands.transition,
    score,
    scores,
    contact,
    split,
    consolidate,
    sources,
  ]

  private static let sheet = Schema.members("DemandSheet", DemandSheet.shown)

  private static let score: Route = .write(
    .post, "/api/v1/demands/{id}/scores", Demand.path, "为需求打分", "score a demand on every axis, once a submission",
    body: Body("NewDemandSheet", DemandSheet.inputs), gives: .object(sheet)
  ) { call, work in
    let sheet = try await work.score(try call.id(Demand.self), try call.input(DemandSheet.inputs))
    return .json(.created) { json in sheet.write(into: &json) }
  }

  private static let scores: Route = .get(
    "/api/v1/demands/{id}/scores", Demand.path, "需求遴选得分(随结果公开)", "the panel's scores, published with the result",
    gives: .items(sheet)
  ) { call in
    .items(try await call.market.sheets(of: try call.id(Demand.self), for: call.caller)) { $0.write(into: &$1) }
  }

  /// Not kept for a repeated request, unlike other writes: what it shows is not to be stored a second time.
  private static let contact = Route(
    method: .post, path: "/api/v1/demands/{id}/contact",
    summary: Phrase("查看联系方式(留痕)", "whom to call, unmasked; asking is an event"), tag: Demand.path, query: [],
    body: Body("ContactRequest", DemandContact.inputs), answer: .object(.members("DemandContact", DemandContact.shown)),
    status: .ok, needsToken: true, isWrite: false, isVersioned: false
  ) { call in
    let id = try call.id(Demand.self), input = try call.input(DemandContact.inputs)
    let contact = try await call.market.work(as: call.caller) { work in try await work.revealContact(of: id, input) }
    var reply = Reply.json { json in contact.write(into: &json) }
    reply.headers[.cacheControl] = "no-store"
    return reply
  }

  private static let split: Route = .write(
    .post, "/api/v1/demands/{id}/split", Demand.path, "需求拆分为多题", "make several challenges of one demand",
    body: Body("DemandSplit", Consolidation.splitInputs), gives: .items(.of(Challenge.self))
  ) { call, work in
    let made = try await work.split(try call.id(Demand.self), try call.input(Consolidation.splitInputs))
    return .json(.created) { json in
      json.object { json in
        json.array("items") { json in for challenge in made { challenge.write(for: call.caller, into: &json) } }
      }
    }
  }

  private static let consolidate: Route = .write(
    .post, "/api/v1/consolidations", Demand.path, "需求凝练为题目", "make one challenge of one or more demands",
    body: Body("Consolidation", Consolidation.inputs), gives: .object(.of(Challenge.self))
  ) { call, work in
    .object(try await work.consolidate(try call.input(Consolidation.inputs)), .created, for: call)
  }

  private static let sources: Route = .get(
    "/api/v1/challenges/{id}/sources", Challenge.path, "题目来源的需求", "the demands a challenge was made of, each credited",
    gives: .items(.members("ChallengeSource", ChallengeSource.shown))
  ) { call in
    .items(try await call.market.sources(of: try call.id(Challenge.self), for: call.caller)) { $0.write(into: &$1) }
  }
}
