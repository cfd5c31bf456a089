import Market
import Postgres
import TestSupport
import Testing

/// Accounts over the wire: what a person does from an invitation to a token, and what each answer keeps to itself.
@Suite struct PeopleTests {
  private func code(_ server: TestServer, _ secret: String, ahead: Int64 = 0) async throws -> String {
    let step = try await server.world.market.database.query("SELECT extract(epoch FROM clock_timestamp())::bigint / 30")
      .first!.get(0, as: Int64.self)
    return OneTimeCode.code(secret: Base32.decode(secret) ?? [], step: step + ahead)
  }

  private func signIn(_ server: TestServer, _ who: World.Somebody, code: String? = nil) async throws
    -> TestServer.Answer
  {
    try await server.send(
      "POST", "/api/v1/sessions", as: nil,
      #"{"login":"\#(who.login)","password":"\#(who.password)"\#(code.map { #","code":"\#($0)""# } ?? "")}"#)
  }

  @Test func an_operator_signs_in_sets_up_a_second_factor_and_only_then_works() async throws {
    try await TestServer.with { server in
      let who = try await server.world.person(in: server.world.operator)
      let opened = try await signIn(server, who)
      #expect(opened.status == 201 && opened.json["owes_second_factor"]?.bool == true)
      let me = World.Party(
        id: server.world.operator.id, caller: who.caller, secret: opened.json["secret"]?.string ?? "")
      for (method, path, body) in [
        ("GET", "/api/v1/achievements", nil), ("GET", "/api/v1/persons", nil), ("GET", "/api/v1/tokens", nil),
        ("POST", "/api/v1/organisations", #"{"name":"某单位","kind":"other","region":"450300"}"#),
        ("POST", "/api/v1/tokens", #"{"label":"x"}"#),
      ] as [(String, String, String?)] {
        let answer = try await server.send(method, path, as: me, body)
        #expect(answer.status == 401 && answer.code == "second_factor_required", "\(method) \(path)")
      }
      #expect(try await server.get("/api/v1/me", as: me).json["owes_second_factor"]?.bool == true)
      let begun = try await server.send("POST", "/api/v1/me/second-factor", as: me, "{}")
      let secret = try #require(begun.json["secret"]?.string)
      let confirmed = try await server.send(
        "POST", "/api/v1/me/second-factor/confirmation", as: me, #"{"code":"\#(try await code(server, secret))"}"#)
      #expect(confirmed.status == 201 && confirmed.json["recovery_codes"]?.array?.count == 10)
      #expect(try await server.get("/api/v1/achievements", as: me).status == 200)
      #expect(try await server.get("/api/v1/me", as: me).json["role"]?.string == "operator")
      #expect(try await signIn(server, who).code == "second_factor_required")
      let again = try await signIn(server, who, code: try await code(server, secret, ahead: 1))
      #expect(again.status == 201 && again.json["factor"]?.string == "totp")
      #expect(try await server.send("DELETE", "/api/v1/sessions/current", as: me).status == 200)
      #expect(try await server.get("/api/v1/me", as: me).status == 401)
    }
  }

  @Test func a_secret_is_answered_once_and_kept_nowhere() async throws {
    try await TestServer.with { server in
      let who = try await server.world.person(in: server.world.university, manager: true)
      let me = World.Party(
        id: server.world.university.id, caller: who.caller,
        secret: try #require(try await signIn(server, who).json["secret"]?.string))
      for (path, body) in [
        ("/api/v1/tokens", #"{"label":"示例"}"#), ("/api/v1/persons/\(who.id)/password-resets", "{}"),
        ("/api/v1/invitations", #"{"login":"new@example.invalid","organisation":"\#(me.id)","roles":["university"]}"#),
        ("/api/v1/me/second-factor", "{}"),
      ] {
        let key = ["Idempotency-Key": "k-\(path)"]
        let first = try await server.send("POST", path, as: me, body, headers: key)
        let second = try await server.send("POST", path, as: me, body, headers: key)
        #expect(first.status == 201 && second.status == 201, "\(path): \(first.status) \(first.code)")
        let secret = try #require(first.json["secret"]?.string, "\(path)")
        #expect(second.headers["idempotent-replayed"] == "true" && second.json["secret"] == JSONValue.null, "\(path)")
        #expect(first.json["id"] == second.json["id"])
        for (table, rows) in try await everything(server.world) {
          #expect(!rows.contains { $0.contains(secret) }, "\(path): in \(table)")
        }
      }
      #expect(try await server.get("/api/v1/tokens", as: me).json["items"]?.array?.count == 1, "one effect")
    }
  }

  @Test func a_token_is_good_for_what_it_says() async throws {
    try await TestServer.with { server in
      let who = try await server.world.person(in: server.world.university)
      let me = World.Party(
        id: server.world.university.id, caller: who.caller,
        secret: try #require(try await signIn(server, who).json["secret"]?.string))
      func token(_ scopes: String) async throws -> World.Party {
        let made = try await server.send("POST", "/api/v1/tokens", as: me, #"{"label":"x","scopes":\#(scopes)}"#)
        return World.Party(id: me.id, caller: who.caller, secret: made.json["secret"]?.string ?? "")
      }
      let new = #"{"title":"x","region":"450300"}"#
      for (scopes, reads, writes, other) in [
        (#"["achievements:read"]"#, 200, 403, 403), (#"["achievements:write"]"#, 200, 201, 403),
        (#"["read"]"#, 200, 403, 200),
        (#"["write"]"#, 200, 201, 200), (#"["deals:write"]"#, 403, 403, 403), ("null", 200, 201, 200),
      ] {
        let party = try await token(scopes)
        #expect(try await server.get("/api/v1/achievements", as: party).status == reads, "\(scopes)")
        #expect(try await server.send("POST", "/api/v1/achievements", as: party, new).status == writes, "\(scopes)")
        #expect(try await server.get("/api/v1/challenges", as: party).status == other, "\(scopes)")
        #expect(try await server.get("/version", as: party).status == 200)
      }
      let wrong = try await server.send(
        "POST", "/api/v1/tokens", as: me, #"{"label":"x","scopes":["achievement:read"]}"#)
      #expect(wrong.status == 422 && String(decoding: wrong.body, as: UTF8.self).contains("achievements:read"))
      let items = try await server.get("/api/v1/tokens", as: me).json["items"]?.array ?? []
      let id = try #require(items.first?["id"]?.string)
      #expect(try await server.send("DELETE", "/api/v1/tokens/\(id)", as: me).status == 200)
      #expect(try await server.send("DELETE", "/api/v1/tokens/\(id)", as: me).status == 404)
      #expect(try await server.send("DELETE", "/api/v1/tokens/\(ID<Token>())", as: me).status == 404)
      let other = try #require(server.world.enterprise.caller.token)
      #expect(try await server.send("DELETE", "/api/v1/tokens/\(other)", as: me).status == 404, "nobody else's")
    }
  }

  @Test func what_is_answered_has_the_shape_that_is_promised() async throws {
    try await TestServer.with { server in
      let world = server.world
      let who = try await world.person(in: world.university, manager: true)
      _ = try await world.delegation()
      let me = World.Party(
        id: world.university.id, caller: who.caller,
        secret: try #require(try await signIn(server, who).json["secret"]?.string))
      _ = try await server.send("POST", "/api/v1/tokens", as: me, #"{"label":"x","scopes":["read"]}"#)
      _ = try await server.send(
        "POST", "/api/v1/invitations", as: me,
        #"{"login":"new@example.invalid","organisation":"\#(me.id)","roles":["university"]}"#)
      let document = try await server.get("/openapi.json").json
      for path in ["me", "sessions", "tokens", "persons", "memberships", "invitations", "delegations", "organisations"]
      {
        let answer = try await server.get("/api/v1/\(path)", as: me)
        let schema = try #require(
          document["paths"]?["/api/v1/\(path)"]?["get"]?["responses"]?["200"]?["content"]?["application/json"]?[
            "schema"])
        #expect(answer.status == 200 && JSONSchema(document).faults(of: answer.json, under: schema) == [], "\(path)")
        if let items = answer.json["items"]?.array { #expect(!items.isEmpty, "\(path) has shown something") }
      }
    }
  }

  @Test func guessing_over_the_wire_ends_in_a_wait_that_says_how_long() async throws {
    try await TestServer.with { server in
      var last = try await server.send(
        "POST", "/api/v1/sessions", #"{"login":"a@example.invalid","password":"guess 0"}"#)
      #expect(last.status == 401 && last.code == "wrong_credentials")
      for i in 1..<8 where last.status == 401 {
        last = try await server.send(
          "POST", "/api/v1/sessions", #"{"login":"a@example.invalid","password":"guess \#(i)"}"#)
      }
      #expect(last.status == 429 && last.code == "too_many_failures" && Int(last.headers["retry-after"] ?? "") ?? 0 > 0)
    }
  }

  /// Names, logins and passwords that were put in, looked for wherever they must not come out.
  @Test func what_is_personal_comes_out_nowhere_but_where_it_belongs() async throws {
    try await TestServer.with { server in
      let world = server.world
      let canaries = (
        phone: "13912345678", mail: "canary.bird@example.invalid", name: "金丝雀甲", password: "a yellow bird that sings 7"
      )
      let admin = try await world.person(in: world.admin)
      var answers: [String] = []
      func send(_ method: String, _ path: String, as party: World.Party?, _ body: String?) async throws -> JSONValue {
        let answer = try await server.send(method, path, as: party, body)
        answers.append(String(decoding: answer.body, as: UTF8.self))
        return answer.json
      }
      for login in [canaries.phone, canaries.mail] {
        let (_, secret) = try await world.market.work(as: admin.caller) { work in
          try await work.invite(
            Input([
              "login": .text(login), "organisation": .reference(world.university.id.bits),
              "roles": .texts(["university"]),
              "manager": .flag(false),
            ]))
        }
        func acceptance(_ password: String) -> String {
          #"{"secret":"\#(secret)","name":"\#(canaries.name)","password":"\#(password)"}"#
        }
        _ = try await send("POST", "/api/v1/invitations/acceptances", as: nil, acceptance("\(canaries.name)x"))
        // What the new member is answered names the member.
        let accepted = try await server.send("POST", "/api/v1/invitations/acceptances", acceptance(canaries.password))
        #expect(accepted.status == 201)
        for password in [canaries.password + "!", canaries.password] {
          _ = try await send(
            "POST", "/api/v1/sessions", as: nil, #"{"login":"\#(login)","password":"\#(password)","extra":1}"#)
          _ = try await send("POST", "/api/v1/sessions", as: nil, #"{"login":"\#(login)","password":"\#(password)"}"#)
        }
      }
      // Everybody who is no colleague of theirs, at everything that lists.
      for party in [world.enterprise, world.supervisor, world.registry, world.reviewer] {
        for path in ["persons", "memberships", "events", "organisations", "achievements", "delegations"] {
          _ = try await send("GET", "/api/v1/\(path)", as: party, nil)
        }
      }
      #expect(answers.count == 34 && answers.count { $0.contains("jb_ses_") } == 2)
      for answer in answers {
        for canary in [canaries.phone, canaries.mail, canaries.name, canaries.password] {
          #expect(!answer.contains(canary), "\(canary) in \(answer)")
        }
      }
      // Colleagues see a name and a masked login.
      let colleague = String(
        decoding: try await server.get("/api/v1/persons", as: world.university).body, as: UTF8.self)
      #expect(colleague.contains(canaries.name) && colleague.contains("139****5678"))
      #expect(!colleague.contains(canaries.phone) && !colleague.contains(canaries.mail))
      for (table, rows) in try await everything(world) {
        for canary in [canaries.phone, canaries.mail, canaries.name, canaries.password] {
          let found = rows.contains { $0.contains(canary) }
          let mayHold =
            canary != canaries.password && (table == "people" || (table == "one_time_links" && canary != canaries.name))
          #expect(!found || mayHold, "\(canary) in \(table)")
        }
      }
    }
  }

  /// Every row of every table as text, bytes read as text where they are some.
  private func everything(_ world: World) async throws -> [String: [String]] {
    var all: [String: [String]] = [:]
    for table in try await world.rowCounts().keys where table != "regions" && table != "codes" && table != "rules" {
      let rows = try await world.market.database.query(SQL(unsafe: "SELECT t::text FROM \(table) t"))
      all[table] = try rows.map { try $0.get(0, as: String.self) }
    }
    let bodies = try await world.market.database.query("SELECT body FROM idempotency_keys")
    all["idempotency_keys", default: []] += try bodies.map {
      String(decoding: try $0.get(0, as: Bytea.self).bytes, as: UTF8.self)
    }
    return all
  }
}
