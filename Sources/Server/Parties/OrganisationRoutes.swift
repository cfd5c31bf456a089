import HTTPTypes
import Market

extension Route {
  static let organisations: [Route] = [one, register]

  private static let schema = Schema.fields("Organisation", Organisation.fields)

  private static let one: Route = .get(
    "/api/v1/organisations/{id}", "organisations", "查看单位", "one organisation", gives: .object(schema)
  ) { call in
    guard let id = ID<Organisation>(call.parameters["id"] ?? "") else {
      throw Refusal.notFound(Phrase("单位", "organisation"))
    }
    let organisation = try await call.market.organisation(id)
    return .json { json in Organisation.fields.write(organisation, into: &json) }
  }

  private static let register: Route = .write(
    .post, "/api/v1/organisations", "organisations", "登记单位", "register an organisation",
    body: Body("NewOrganisation", Organisation.inputs), gives: .object(schema)
  ) { call, work in
    guard let role = call.caller.role, [.operator, .admin].contains(role) else {
      throw Refusal.forbidden(needs: [Role.operator, .admin].map(\.rawValue))
    }
    let organisation = try await work.register(try call.input(Organisation.inputs))
    return .json(.created, headers: [.location: "/api/v1/organisations/\(organisation.id.text)"]) { json in
      Organisation.fields.write(organisation, into: &json)
    }
  }
}
