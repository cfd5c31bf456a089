import Foundation
import TestSupport
import Testing

@testable import Market

/// Requests to addresses that strangers have named.
@Suite struct PostTests {
  /// Permits the address at which receivers of ours listen, and no other.
  private var settings: Post.Settings {
    var settings = Post.Settings()
    settings.rules = AddressRules(allowed: ["127.0.0.1"].compactMap(AddressBlock.init))
    (settings.connectWithin, settings.answerWithin) = (2000, 2000)
    return settings
  }

  private func post(_ url: String) throws -> Post {
    Post(to: try Destination(url, toItself: true), headers: [("x-test", "1")], body: Array("{}".utf8))
  }

  @Test func what_is_sent_arrives_as_it_is() async throws {
    try await Receiver.with { receiver in
      let outcome = try await post(receiver.url).send(settings)
      #expect(outcome.status == 204 && outcome.error == nil)
      let message = try #require(receiver.messages.first)
      #expect(message.text == "{}" && message.headers["x-test"] == "1" && message.headers["expect"] == nil)
    }
  }

  @Test func a_redirect_is_not_followed() async throws {
    try await Receiver.with { trap in
      try await Receiver.with({ _ in .status(302, ["Location": trap.url]) }) { receiver in
        let outcome = try await post(receiver.url).send(settings)
        #expect(outcome.status == 302 && outcome.error == "redirect_refused" && !outcome.isGood)
        #expect(receiver.messages.count == 1 && trap.messages.isEmpty)
      }
    }
  }

  @Test func the_answer_is_not_waited_for_for_ever() async throws {
    try await Receiver.with({ _ in .late(3000, 200) }) { receiver in
      var settings = settings
      settings.answerWithin = 200
      let outcome = try await post(receiver.url).send(settings)
      #expect(outcome.status == nil && outcome.error?.hasPrefix("timeout") == true, "\(outcome)")
    }
  }

  @Test func an_answer_without_end_is_cut_off_and_counts_by_its_status() async throws {
    try await Receiver.with({ _ in .endless(200) }) { receiver in
      #expect(try await post(receiver.url).send(settings).isGood)
      receiver.answers { _ in .endless(500) }
      let outcome = try await post(receiver.url).send(settings)
      #expect(outcome.status == 500 && outcome.error == "answer_too_long", "\(outcome)")
    }
  }

  @Test func whoever_hangs_up_or_is_not_there_has_not_got_it() async throws {
    let gone = try await Receiver.with({ _ in .nothing }) { receiver in
      let outcome = try await post(receiver.url).send(settings)
      #expect(outcome.status == nil && outcome.error?.hasPrefix("cut_off") == true, "\(outcome)")
      return receiver.url
    }
    let outcome = try await post(gone).send(settings)
    #expect(outcome.status == nil && outcome.error?.hasPrefix("not_connected") == true, "\(outcome)")
  }

  @Test func when_to_come_again_is_heard() async throws {
    try await Receiver.with({ _ in .status(503, ["Retry-After": "120"]) }) { receiver in
      let outcome = try await post(receiver.url).send(settings)
      #expect(outcome.status == 503 && outcome.retryAfter == 120)
    }
  }

  /// The name says one thing when it is checked and another when it is used: it is asked once.
  @Test func a_name_that_changes_its_mind_between_check_and_use_leads_nowhere_else() async throws {
    try await Receiver.with { receiver in
      try await Receiver.with(on: "127.0.0.2", port: receiver.port) { trap in
        let asked = Shared(0)
        var settings = settings
        settings.resolve = { _ throws(Unresolved) in
          asked.change { $0 += 1 }
          return [asked.value == 1 ? "127.0.0.1" : "127.0.0.2"].compactMap(NetworkAddress.init)
        }
        let url = "http://localhost:\(receiver.port)/hook"
        #expect(try await post(url).send(settings).isGood)
        #expect(asked.value == 1 && receiver.messages.count == 1)
        let second = try await post(url).send(settings)
        #expect(second.error == "address_refused: 127.0.0.2" && trap.messages.isEmpty, "\(second)")
      }
    }
  }

  @Test func one_bad_address_among_good_ones_spoils_them_all() async throws {
    try await Receiver.with { receiver in
      var settings = settings
      settings.resolve = { _ throws(Unresolved) in ["127.0.0.1", "10.0.0.1"].compactMap(NetworkAddress.init) }
      let outcome = try await post("http://localhost:\(receiver.port)/").send(settings)
      #expect(outcome.error == "address_refused: 10.0.0.1" && receiver.messages.isEmpty)
    }
  }

  @Test func without_leave_this_machine_is_out_of_bounds_by_name_as_well() async throws {
    try await Receiver.with { receiver in
      var settings = settings
      settings.rules = AddressRules()
      for host in ["127.0.0.1", "localhost"] {
        let outcome = try await post("http://\(host):\(receiver.port)/").send(settings)
        #expect(outcome.error?.hasPrefix("address_refused") == true, "\(outcome)")
      }
      #expect(receiver.messages.isEmpty)
    }
  }

  @Test func a_name_without_an_address_is_an_outcome() async throws {
    var settings = settings
    settings.resolve = { _ throws(Unresolved) in throw Unresolved("no such name") }
    #expect(try await post("https://hooks.example.test/").send(settings).error == "unresolved: no such name")
    settings.resolve = { _ throws(Unresolved) in [] }
    #expect(try await post("https://hooks.example.test/").send(settings).error == "unresolved: no address")
  }

  @Test func a_cancelled_request_ends_soon_and_says_so() async throws {
    try await Receiver.with({ _ in .late(20_000, 200) }) { receiver in
      var settings = settings
      settings.answerWithin = 60_000
      let post = try post(receiver.url), sending = settings
      let task = Task { try await post.send(sending) }
      while receiver.messages.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
    }
  }

  /// A server with a certificate of its own making: trusted where the operator says so, and only under its own name.
  @Test func a_certificate_is_checked_and_an_authority_of_one_s_own_can_be_named() async throws {
    try await Folder.with { folder in
      let openssl = Program("/usr/bin/openssl")
      guard
        let made = try? await openssl.run(
          "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=hooks.example.test", "-addext",
          "subjectAltName=DNS:hooks.example.test", "-keyout", folder.path + "/key.pem", "-out",
          folder.path + "/cert.pem"),
        made.status == 0
      else { return print("openssl is not installed: TLS is left out") }
      let script = try folder.write(
        "server.py",
        Array(
          """
          import http.server, ssl, sys
          class H(http.server.BaseHTTPRequestHandler):
              def do_POST(self):
                  self.send_response(204); self.end_headers()
              def log_message(self, *a): pass
          s = http.server.HTTPServer(("127.0.0.1", 0), H)
          c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); c.load_cert_chain("\(folder.path)/cert.pem", "\(folder.path)/key.pem")
          s.socket = c.wrap_socket(s.socket, server_side=True)
          print("port", s.server_port, flush=True)
          s.serve_forever()
          """.utf8))
      let server = try Program("/usr/bin/env").start("python3", script)
      defer { server.send(signal: 9) }
      let port = try #require(try await server.says("port").split(separator: " ").last)
      var settings = settings
      settings.resolve = { _ throws(Unresolved) in ["127.0.0.1"].compactMap(NetworkAddress.init) }
      let stranger = try await post("https://hooks.example.test:\(port)/").send(settings)
      #expect(stranger.error?.hasPrefix("tls_failed") == true, "\(stranger)")
      settings.trusting = folder.path + "/cert.pem"
      let known = try await post("https://hooks.example.test:\(port)/").send(settings)
      #expect(known.status == 204, "\(known)")
      let other = try await post("https://other.example.test:\(port)/").send(settings)
      #expect(other.error?.hasPrefix("tls_failed") == true, "\(other)")
    }
  }
}
