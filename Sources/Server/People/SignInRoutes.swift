import HTTPTypes
import Market

/// Signing in, the ways to a password, and the way into a fresh deployment. None of these takes an idempotency key: what they
/// answer is kept nowhere.
extension Route {
  static let signIns: [Route] = [
    signIn, openSignIns.beforeSecondFactor, signOut.beforeSecondFactor, acceptInvitation, resetPassword, setUp,
  ]

  private static let schema = Schema.fields("SignIn", SignIn.fields)

  private static let signIn: Route = .ask(
    "/api/v1/sessions", "sessions", "登录", "sign in", body: Body("SignInRequest", SignInRequest.inputs),
    gives: .object(
      Schema(name: "NewSignIn") { json in
        json.schemaObject(
          SignIn.fields.map { ($0.name, $0.type, $0.isNullable, $0.doc) } + [
            ("secret", .text(max: 80), false, Phrase("访问凭据,只显示这一次", "the bearer's secret, shown this once")),
            ("device", .text(max: 80), false, Phrase("设备凭据,下次登录时附上", "the device's secret, to be shown at its next sign-in")),
          ], required: SignIn.fields.map(\.name) + ["secret", "device"])
      }), status: .created
  ) { call in
    let input = try call.input(SignInRequest.inputs)
    let made = try await call.market.signIn(
      SignInRequest(
        login: input.text("login") ?? "", password: input.text("password") ?? "", code: input.text("code"),
        membership: input.id("membership"), role: input.text("role").flatMap(Role.init(rawValue:)),
        device: input.text("device"), label: input.text("label") ?? "", address: call.address))
    return .json(.created) { json in
      json.object { json in
        for field in SignIn.fields {
          json.key(field.name)
          field.show(made.signIn, in: &json)
        }
        json.string("secret", made.secret)
        json.string("device", made.device)
      }
    }
  }

  private static let openSignIns: Route = .get(
    "/api/v1/sessions", "sessions", "本人的登录", "one's own open sign-ins", gives: .items(schema), needsToken: true
  ) { call in
    guard let person = call.caller.person else { throw Refusal.forbidden(needs: [Actor.subject.rawValue]) }
    let open = try await call.market.signIns(of: person)
    return .items(open) { SignIn.fields.write($0, into: &$1) }
  }

  private static let signOut: Route = .end(
    "/api/v1/sessions/{id}", "sessions", "退出一个登录;current 为当前", "end a sign-in; current is the one at hand",
    gives: .object(.status)
  ) { call, work in
    guard let person = call.caller.person else { throw Refusal.forbidden(needs: [Actor.subject.rawValue]) }
    let noun = Phrase("登录", "sign-in")
    if call.parameters["id"] == "current" {
      guard let session = call.caller.session else { throw Refusal.notFound(noun) }
      try await work.endSignIn(session, of: person)
    } else {
      try await work.endSignIn(try call.id(of: SignIn.self, noun), of: person)
    }
    return .status("ended")
  }

  private static let acceptInvitation: Route = .ask(
    "/api/v1/invitations/acceptances", "invitations", "接受邀请", "accept an invitation",
    body: Body("Acceptance", Invitation.acceptance), gives: .object(.of(Membership.self)), status: .created
  ) { call in
    let membership = try await call.market.acceptInvitation(
      try call.input(Invitation.acceptance), address: call.address)
    return .object(membership, .created, for: call)
  }

  private static let newPassword = [
    InputField("secret", .text(max: 80), Phrase("重设凭据", "the link's secret")),
    InputField("password", .text(max: 400), Phrase("新密码", "the new password")),
  ]

  private static let resetPassword: Route = .ask(
    "/api/v1/password-resets", "sessions", "凭链接重设密码", "set a new password by a link",
    body: Body("PasswordReset", newPassword), gives: .object(.status)
  ) { call in
    let input = try call.input(newPassword)
    try await call.market.resetPassword(secret: input.text("secret") ?? "", new: input.text("password") ?? "")
    return .status("set")
  }

  private static let setUp: Route = .ask(
    "/api/v1/setup", "sessions", "首次设置:建立运营单位和首位管理员", "the first set-up: the platform's organisation and first administrator",
    body: Body("SetUp", SetUp.inputs), gives: .object(.of(Membership.self)), status: .created
  ) { call in .object(try await call.market.setUp(try call.input(SetUp.inputs)), .created, for: call) }
}

extension Schema {
  static let status = Schema.members("Outcome", [InputField("status", .text(max: 20), Phrase("结果", "outcome"))])
}

extension Reply {
  static func status(_ word: String) -> Reply { .json { json in json.object { json in json.string("status", word) } } }

  /// Things that come without pages.
  static func items<Item>(_ items: [Item], _ write: (Item, inout JSONWriter) -> Void) -> Reply {
    .json { json in
      json.object { json in json.array("items") { json in for item in items { write(item, &json) } } }
    }
  }
}
