import HTTPTypes
import Market
import Postgres

/// What this build calls itself.
public enum Product {
  public static let version = "0.1.0"
}

extension Route {
  static let system: [Route] = [health, readiness, version, openapi]

  private static let ok = Array(#"{"status":"ok"}"#.utf8)
  private static let statusSchema = Schema(name: "Status") { json in
    json.schemaObject([("status", .text(max: 20), false, Phrase("状态", "status"))], required: ["status"], isOpen: true)
  }

  /// The process runs; nothing else is asked.
  private static let health: Route = .get(
    "/healthz", "system", "进程存活", "the process is alive", gives: .object(statusSchema)
  ) { _ in
    Reply(body: ok)
  }

  /// It can serve: the database answers and everything published can be found.
  private static let readiness: Route = .get(
    "/readyz", "system", "可以服务", "ready to serve", gives: .object(statusSchema)
  ) { call in
    let clockwork: ClockworkState?
    do { clockwork = try await call.market.clockworkState() } catch { clockwork = nil }
    let database = clockwork != nil
    let index = call.matcher.isReady, counts = call.matcher.counts
    var reply = Reply.json(database && index ? .ok : .serviceUnavailable) { json in
      json.object { json in
        json.string("status", database && index ? "ok" : "unavailable")
        json.string("database", database ? "ok" : "unreachable")
        json.string("match_index", index ? "ok" : "loading")
        json.int("achievements", counts.achievements)
        json.int("challenges", counts.challenges)
        // Moves whose moment has come; the stalled ones back off and hold nobody else up, so they do not make a server unready.
        json.int("due", clockwork?.due ?? 0)
        json.int("stalled", clockwork?.stalled ?? 0)
        json.int("clock_shift_seconds", call.market.clockShift)
      }
    }
    if !(database && index) { reply.headers[.retryAfter] = "1" }
    return reply
  }

  private static let version: Route = .get(
    "/version", "system", "版本", "version",
    gives: .object(
      Schema.members(
        "Version",
        [
          InputField("name", .text(max: 40), Phrase("名称", "name")),
          InputField("version", .text(max: 40), Phrase("版本", "version")),
        ]))
  ) { _ in
    .json { json in
      json.object { json in
        json.string("name", "jiebang")
        json.string("version", Product.version)
      }
    }
  }

  /// Built once: the table does not change while the server runs.
  private static let openapi: Route = .get(
    "/openapi.json", "system", "接口描述", "this API, OpenAPI 3.1",
    gives: .object(Schema(name: "OpenAPI") { json in json.schemaObject([], required: ["openapi"], isOpen: true) })
  ) { _ in Reply(body: document) }

  private static let document = OpenAPI.document(all)
}
