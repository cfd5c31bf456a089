import HTTPTypes
import Market

extension Route {
  private typealias Persons = ResourceRoutes<Person>

  static let persons: [Route] = [
    Persons.list, Persons.one, Persons.patch, Persons.transitions, Persons.transition, reveal, offerReset,
  ]

  /// A secret that is handed over by whoever asked for it.
  static let linkSchema = Schema.members(
    "OneTimeLink",
    [
      InputField("id", .reference(OneTimeLink.idPrefix), Phrase("标识", "id")),
      InputField("secret", .text(max: 80), required: false, Phrase("凭据,只显示这一次", "the secret, shown this once")),
      InputField("expires_at", .instant, Phrase("到期时间", "ends at")),
    ])

  private static let reveal: Route = .ask(
    "\(Persons.root)/{id}/reveal", Person.path, "查看完整登录名,记录目的", "a login as it stands; the purpose is put down",
    body: Body("Reveal", Reveal.inputs), gives: .object(Schema.members("Revealed", Reveal.shown)), needsToken: true
  ) { call in
    let id = try call.id(Person.self), purpose = try call.input(Reveal.inputs).text("purpose") ?? ""
    // Not kept for repetition: each look is a look.
    let login = try await call.market.work(as: call.caller) { work in try await work.reveal(id, purpose: purpose) }
    return .json { json in
      json.object { json in
        json.string("person", id.text)
        json.string("login", login)
      }
    }
  }

  private static let offerReset: Route = .write(
    .post, "\(Persons.root)/{id}/password-resets", Person.path, "发放重设密码链接", "give out a link for a new password",
    body: Body("NewPasswordReset", []), gives: .object(linkSchema)
  ) { call, work in
    _ = try call.input([])
    let (link, secret) = try await work.offerPasswordReset(of: try call.id(Person.self))
    return .link(link, secret)
  }
}

extension Reply {
  static func link(_ link: OneTimeLink, _ secret: String) -> Reply {
    .once { json, showsSecrets in
      json.object { json in
        json.string("id", link.id.text)
        json.string("secret", showsSecrets ? secret : nil)
        json.instant("expires_at", link.expiresAt)
      }
    }
  }
}
