import HTTPTypes
import Market

/// What somebody who has signed in sees and changes of themselves.
extension Route {
  static let me: [Route] = [
    whoAmI.beforeSecondFactor, changePassword, enrol.beforeSecondFactor, confirm.beforeSecondFactor,
  ]

  private static let whoAmI: Route = .get(
    "/api/v1/me", "me", "我是谁", "who the caller is",
    gives: .object(
      Schema.members(
        "Me",
        [
          InputField("person", .reference(Person.idPrefix), required: false, Phrase("人员标识", "person")),
          InputField("name", .text(max: 60), required: false, Phrase("姓名", "name")),
          InputField("login", .text(max: 120), required: false, Phrase("登录名(已遮盖)", "login, masked")),
          InputField("organisation", .reference(Organisation.idPrefix), required: false, Phrase("单位", "organisation")),
          InputField("role", .code(Role.allCases.map(\.rawValue)), required: false, Phrase("角色", "role")),
          InputField("manager", .flag, Phrase("是否管理本单位人员", "answers for the organisation's people")),
          InputField("session", .reference(SignIn.idPrefix), required: false, Phrase("登录", "sign-in")),
          InputField("token", .reference(Token.idPrefix), required: false, Phrase("令牌", "token")),
          InputField("scopes", .texts(maxItems: 40, max: 60), required: false, Phrase("权限范围", "scopes")),
          InputField("acts_for", .texts(maxItems: 1000, max: 40), Phrase("受哪些单位委托", "organisations it is a delegate of")),
          InputField("owes_second_factor", .flag, Phrase("还须设置两步验证", "has to set up its second factor first")),
        ])), needsToken: true
  ) { call in
    let caller = call.caller
    var person: Person?
    if let id = caller.person { person = try await call.market.find(id, for: .system) }
    return .json { json in
      json.object { json in
        json.string("person", person?.id.text)
        json.string("name", person?.name)
        json.string("login", person?.maskedLogin)
        json.string("organisation", caller.organisation?.text)
        json.string("role", caller.role?.rawValue)
        json.bool("manager", caller.isManager)
        json.string("session", caller.session?.text)
        json.string("token", caller.token?.text)
        json.key("scopes")
        if let scopes = caller.scopes { json.strings(scopes.sorted()) } else { json.null() }
        json.strings("acts_for", caller.grants.map(\.owner.text).unique.sorted())
        json.bool("owes_second_factor", caller.owesSecondFactor)
      }
    }
  }

  private static let passwords = [
    InputField("current", .text(max: 400), Phrase("现用密码", "the present password")),
    InputField("password", .text(max: 400), Phrase("新密码", "the new password")),
  ]

  private static let changePassword: Route = .ask(
    "/api/v1/me/password", "me", "修改密码,其他登录随之退出", "change one's password; other sign-ins end",
    body: Body("PasswordChange", passwords), gives: .object(.status), needsToken: true
  ) { call in
    let input = try call.input(passwords)
    try await call.market.changePassword(
      call.caller, current: input.text("current") ?? "", new: input.text("password") ?? "", address: call.address)
    return .status("set")
  }

  private static let presentCode = [
    InputField("code", .text(max: 40), required: false, Phrase("已设置两步验证的,填现用验证码", "a code of the factor there is already"))
  ]

  private static let enrol: Route = .write(
    .post, "/api/v1/me/second-factor", "me", "开始设置两步验证", "begin a second factor",
    body: Body("SecondFactorBegin", presentCode),
    gives: .object(
      Schema.members(
        "SecondFactor",
        [
          InputField("secret", .text(max: 80), required: false, Phrase("验证器密钥,只显示这一次", "the authenticator's key, shown this once")),
          InputField("uri", .text(max: 400), required: false, Phrase("可作二维码", "for a picture to scan")),
        ]))
  ) { call, work in
    let (secret, uri) = try await work.enrolSecondFactor(code: try call.input(presentCode).text("code"))
    return .once { json, showsSecrets in
      json.object { json in
        json.string("secret", showsSecrets ? secret : nil)
        json.string("uri", showsSecrets ? uri : nil)
      }
    }
  }

  private static let firstCode = [InputField("code", .text(max: 40), Phrase("验证器给出的验证码", "the authenticator's code"))]

  private static let confirm: Route = .write(
    .post, "/api/v1/me/second-factor/confirmation", "me", "以首个验证码启用两步验证", "put a second factor in force by its first code",
    body: Body("SecondFactorConfirmation", firstCode),
    gives: .object(
      Schema.members(
        "RecoveryCodes",
        [InputField("recovery_codes", .texts(maxItems: 10, max: 20), Phrase("恢复码,只显示这一次", "recovery codes, shown this once"))]))
  ) { call, work in
    let codes = try await work.confirmSecondFactor(code: try call.input(firstCode).text("code") ?? "")
    return .once { json, showsSecrets in
      json.object { json in json.strings("recovery_codes", showsSecrets ? codes : []) }
    }
  }
}
