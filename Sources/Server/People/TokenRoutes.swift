import HTTPTypes
import Market

/// One's own tokens: made by somebody who has signed in, for what that sign-in acts as.
extension Route {
  static let tokens: [Route] = [
    .get(
      "/api/v1/tokens", "tokens", "本人的令牌", "one's own tokens", gives: .items(tokenSchema), needsToken: true
    ) { call in
      guard let person = call.caller.person else { throw Refusal.forbidden(needs: [Actor.subject.rawValue]) }
      return .items(try await call.market.tokens(of: person)) { Token.fields.write($0, into: &$1) }
    },
    .write(
      .post, "/api/v1/tokens", "tokens", "新建令牌", "make a token", body: Body("NewToken", Token.inputs),
      gives: .object(
        Schema(name: "TokenWithSecret") { json in
          json.schemaObject(
            Token.fields.map { ($0.name, $0.type, $0.isNullable, $0.doc) } + [
              ("secret", .text(max: 80), true, Phrase("令牌,只显示这一次", "the token itself, shown this once"))
            ], required: Token.fields.map(\.name) + ["secret"])
        })
    ) { call, work in
      let input = try call.input(Token.inputs)
      let (token, secret) = try await work.issueOwnToken(input, scopes: try checked(scopes: input.texts("scopes")))
      return .once { json, showsSecrets in
        json.object { json in
          for field in Token.fields {
            json.key(field.name)
            field.show(token, in: &json)
          }
          json.string("secret", showsSecrets ? secret : nil)
        }
      }
    },
    .end("/api/v1/tokens/{id}", "tokens", "撤销令牌", "end a token", gives: .object(.status)) { call, work in
      let noun = Phrase("有效令牌", "token in force")
      guard let person = call.caller.person else { throw Refusal.forbidden(needs: [Actor.subject.rawValue]) }
      guard try await work.revokeToken(try call.id(of: Token.self, noun), of: person) else { throw Refusal.notFound(noun) }
      return .status("revoked")
    },
  ]

  private static let tokenSchema = Schema.fields("Token", Token.fields)
}
