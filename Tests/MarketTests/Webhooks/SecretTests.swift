import Foundation
import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct SecretTests {
  /// What a receiver does, in another language: `secret`, then id, time, signatures, body of each message.
  private static let verifier = """
    import base64, hashlib, hmac, json, sys
    for line in sys.stdin:
        m = json.loads(line)
        key = base64.b64decode(m["secret"].removeprefix("whsec_"))
        signed = b".".join([m["id"].encode(), m["timestamp"].encode(), m["body"].encode()])
        wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        found = [s.split(",", 1)[1] for s in m["signature"].split(" ") if s.startswith("v1,")]
        print(int(any(hmac.compare_digest(wanted, f) for f in found)))
    """

  private static func verify(_ messages: [Receiver.Message], _ secret: String) throws -> [Bool]? {
    let lines = messages.map { message -> String in
      var json = JSONWriter()
      json.object { json in
        json.string("secret", secret)
        json.string("id", message.id)
        json.string("timestamp", message.headers["webhook-timestamp"])
        json.string("signature", message.headers["webhook-signature"])
        json.string("body", message.text)
      }
      return String(decoding: json.bytes, as: UTF8.self)
    }
    guard let answer = try Python.run(verifier, input: Array(lines.joined(separator: "\n").utf8)) else { return nil }
    return String(decoding: answer, as: UTF8.self).split(separator: "\n").map { $0 == "1" }
  }

  @Test func a_receiver_can_check_what_it_is_sent_with_the_secret_it_was_shown_and_with_no_other() async throws {
    try await Mail.with { mail in
      try await mail.happen(3)
      try await mail.deliver()
      let secret = mail.world.market.secret(of: mail.webhook).text
      #expect(secret.hasPrefix("whsec_") && Base64.decode(String(secret.dropFirst(6)))?.count == 32)
      let other = try await mail.world.webhook(.active)
      let foreign = mail.world.market.secret(of: try await mail.world.market.find(other, for: .system)).text
      guard let good = try Self.verify(mail.receiver.messages, secret) else { return }
      #expect(good == [true, true, true])
      #expect(try Self.verify(mail.receiver.messages, foreign) == [false, false, false])
      let sent = try #require(mail.receiver.messages[0].headers["webhook-timestamp"].flatMap { Int64($0) })
      #expect(
        abs(sent - SystemTime.milliseconds() / 1000) < 300, "the machine's time, whatever a demonstration's clock says")
    }
  }

  @Test func for_a_while_after_a_change_both_secrets_sign_and_then_the_new_one_alone() async throws {
    try await Mail.with { mail in
      let market = mail.world.market, old = market.secret(of: mail.webhook).text
      let rotated = try await market.work(as: mail.world.university.caller) {
        try await $0.rotateSecret(of: mail.id, version: mail.webhook.version)
      }
      let new = market.secret(of: rotated).text
      #expect(rotated.generation == 2 && rotated.version == 2 && new != old)
      try await mail.happen()
      try await mail.deliver()
      try await mail.world.advance(days: 1, seconds: 1)
      try await mail.happen()
      try await mail.deliver()
      #expect(mail.receiver.messages.map { $0.headers["webhook-signature"]?.split(separator: " ").count } == [2, 1])
      guard let byOld = try Self.verify(mail.receiver.messages, old) else { return }
      #expect(byOld == [true, false])
      #expect(try Self.verify(mail.receiver.messages, new) == [true, true])
    }
  }

  @Test func no_secret_is_stored_anywhere() async throws {
    try await Mail.with { mail in
      let secret = mail.world.market.secret(of: mail.webhook),
        bytes = try #require(Base64.decode(String(secret.text.dropFirst(6))))
      let tables = try await mail.world.rowCounts().keys
      for table in tables {
        let rows = try await mail.world.market.database.query(SQL(unsafe: "SELECT t::text FROM \(table) t"))
        for row in rows {
          let text: String = try row.get(0)
          #expect(!text.contains(secret.text) && !text.contains(bytes.hex), "\(table)")
        }
      }
    }
  }

  @Test func only_its_owner_changes_its_secret() async throws {
    try await Mail.with { mail in
      for party in [mail.world.operator, mail.world.admin] {
        let refused = try await refusal {
          try await mail.world.market.work(as: party.caller) { try await $0.rotateSecret(of: mail.id, version: nil) }
        }
        guard case .forbidden = refused else {
          Testing.Issue.record("\(refused)")
          continue
        }
      }
      let stranger = try await refusal {
        try await mail.world.market.work(as: mail.world.rival.caller) {
          try await $0.rotateSecret(of: mail.id, version: nil)
        }
      }
      guard case .notFound = stranger else {
        Testing.Issue.record("\(stranger)")
        return
      }
    }
  }
}
