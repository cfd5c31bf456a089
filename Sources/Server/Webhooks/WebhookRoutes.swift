import HTTPTypes
import Market

extension Route {
  private typealias Webhooks = ResourceRoutes<Webhook>

  static let webhooks: [Route] = [
    Webhooks.list,
    add,
    Webhooks.one,
    edit,
    Webhooks.transitions,
    Webhooks.transition,
    rotate,
    test,
    redeliver,
    deliveries,
  ]

  private static let add: Route = .write(
    .post, Webhooks.root, Webhook.path, "新建回调地址;密钥只在这一次回答中给出",
    "make a webhook; its secret is in this answer and in no other", body: Body("NewWebhook", Webhook.inputs),
    gives: .object(withSecret)
  ) { call, work in
    guard case .reference(let organisation) = try work.ownHolder else { throw Refusal.unauthenticated }
    let webhook = try await work.addWebhook(for: ID(bits: organisation), try call.input(Webhook.inputs))
    return .secret(webhook, .created, call)
  }

  private static let edit: Route = .write(
    .patch, "\(Webhooks.root)/{id}", Webhook.path, "修改回调地址", "change fields of the webhook (JSON merge patch)",
    body: Body("WebhookPatch", Webhook.editableInputs, isPartial: true), gives: .object(.of(Webhook.self)), status: .ok,
    versioned: true
  ) { call, work in
    let version = try call.expectedVersion()
    return .object(try await work.editWebhook(try call.id(Webhook.self), try call.json(), version: version), for: call)
  }

  private static let rotate: Route = .write(
    .post, "\(Webhooks.root)/{id}/rotate", Webhook.path, "更换密钥;一段时间内新旧两把同时签名",
    "give it a new secret; for a while the old one signs as well", body: Body("WebhookRotation", []),
    gives: .object(withSecret), status: .ok, versioned: true
  ) { call, work in
    _ = try call.input([])
    let webhook = try await work.rotateSecret(of: try call.id(Webhook.self), version: try call.expectedVersion())
    return .secret(webhook, .ok, call)
  }

  private static let test: Route = .write(
    .post, "\(Webhooks.root)/{id}/test", Webhook.path, "发送一条测试事件", "have a test event sent to it",
    body: Body("WebhookTest", []),
    gives: .object(
      .members("WebhookTestEvent", [InputField("event", .reference(Event.idPrefix), Phrase("事件", "event"))])),
    status: .accepted
  ) { call, work in
    _ = try call.input([])
    let event = try await work.testWebhook(try call.id(Webhook.self))
    return .json(.accepted) { json in json.object { json in json.string("event", event.text) } }
  }

  private static let redelivery = [InputField("event", .reference(Event.idPrefix), Phrase("事件", "event"))]

  private static let redeliver: Route = .write(
    .post, "\(Webhooks.root)/{id}/redeliver", Webhook.path, "重新投递一个事件,标识不变", "send an event again, under the same id",
    body: Body("WebhookRedelivery", redelivery), gives: .object(deliverySchema), status: .accepted
  ) { call, work in
    guard let event: ID<Event> = try call.input(redelivery).id("event") else { throw Refusal.malformedJSON }
    let delivery = try await work.redeliver(event, to: try call.id(Webhook.self))
    return .json(.accepted) { json in Delivery.fields.write(delivery, into: &json) }
  }

  private static let deliveries: Route = .get(
    "\(Webhooks.root)/{id}/deliveries", Webhook.path, "投递记录,新的在前,附历次尝试",
    "what it was sent, newest first, with every attempt",
    query: [
      QueryParameter("status", .code(Delivery.states), "状态", "state"),
      QueryParameter("before", .reference(Delivery.idPrefix), "从这一条之前继续", "go on below this one"),
      QueryParameter("limit", .integer(1...200), "返回条数,默认 50", "how many, 50 unless told"),
    ], gives: .items(deliverySchema)
  ) { call in
    let webhook: Webhook = try await call.market.find(try call.id(Webhook.self), for: call.caller)
    if let status = call.query["status"], !Delivery.states.contains(status) {
      throw Refusal.badParameter(
        name: "status",
        detail: Phrase(
          "应为 \(Delivery.states.joined(separator: "、")) 之一", "one of \(Delivery.states.joined(separator: ", "))"))
    }
    let before = try call.query["before"].map { text throws(Refusal) in
      guard let id = ID<Delivery>(text) else {
        throw .badParameter(name: "before", detail: Phrase("应为投递标识", "must be the id of a delivery"))
      }
      return id
    }
    let deliveries = try await call.market.deliveries(
      of: webhook.id, status: call.query["status"], before: before,
      limit: try call.integer("limit", default: 50, 1...200))
    return .json { json in
      json.object { json in
        json.array("items") { json in for each in deliveries { Delivery.fields.write(each, into: &json) } }
      }
    }
  }

  private static let deliverySchema = Schema.fields("WebhookDelivery", Delivery.fields)
  private static let withSecret = Schema.fields("WebhookWithSecret", Webhook.fields + [.secret(nil)])
}

extension Field<Webhook> {
  fileprivate static func secret(_ text: String?) -> Field {
    Field(
      "secret", .text(max: 80), .shown, nullable: true,
      Phrase("签名密钥,只给出这一次", "the secret it signs with, shown this once")
    ) {
      $1.string(text)
    }
  }
}

extension Reply {
  /// The webhook with the secret that it has now.
  fileprivate static func secret(_ webhook: Webhook, _ status: HTTPResponse.Status, _ call: Call) -> Reply {
    let secret = call.market.secret(of: webhook).text
    var reply = Reply.once(status) { json, showsSecrets in
      (Webhook.fields + [.secret(showsSecrets ? secret : nil)]).write(webhook, into: &json)
    }
    reply.headers[.eTag] = tag(webhook)
    reply.headers[.location] = "/api/v1/\(Webhook.path)/\(webhook.id.text)"
    return reply
  }
}
