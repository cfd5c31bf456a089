import Foundation
import TestSupport
import Testing

@testable import Market

@Suite struct AddressTests {
  private func address(_ text: String) throws -> NetworkAddress { try #require(NetworkAddress(text), "\(text)") }

  @Test(arguments: [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.255.255.254", "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255", "192.0.0.1", "192.0.2.9", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::a00:1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "fc00::1", "fd12::1",
    "fe80::1", "fec0::1", "ff02::1", "3fff::1", "4000::1", "fd00:ec2::254", "100.100.100.200",
  ])
  func what_is_not_the_public_internet_is_refused(text: String) throws {
    #expect(!AddressRules().permits(try address(text)))
  }

  @Test(arguments: [
    "1.1.1.1", "93.184.216.34", "100.63.255.255", "100.128.0.1", "172.15.255.255", "172.32.0.1", "223.255.255.255",
    "2606:4700::1111", "240e::1", "::ffff:1.1.1.1",
  ])
  func what_is_public_is_permitted(text: String) throws {
    #expect(AddressRules().permits(try address(text)))
  }

  @Test func an_operator_may_allow_an_intranet_but_never_the_metadata_of_a_cloud() throws {
    let rules = AddressRules(
      allowed: try ["10.20.0.0/16", "fd00::/8", "100.64.0.0/10", "169.254.0.0/16"].map {
        try #require(AddressBlock($0))
      })
    for text in ["10.20.255.1", "fd12::1", "100.64.1.1", "1.1.1.1"] {
      #expect(rules.permits(try address(text)), "\(text)")
    }
    for text in ["10.21.0.1", "169.254.169.254", "fd00:ec2::254", "100.100.100.200", "127.0.0.1"] {
      #expect(!rules.permits(try address(text)), "\(text)")
    }
  }

  @Test(arguments: ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "x", "", "10.0.0.0/8/8", "0x7f.1", "::/129"])
  func what_is_no_range_is_none(text: String) { #expect(AddressBlock(text) == nil) }

  /// Python's own register of what is global: nothing it keeps back may be permitted. What we keep back beyond it is listed.
  @Test func nothing_is_permitted_that_python_does_not_call_global() throws {
    var texts: [String] = []
    for _ in 0..<4000 {
      texts.append((0..<4).map { _ in "\(UInt8.random(in: 0...255))" }.joined(separator: "."))
      let words = (0..<8).map { _ in String(UInt16.random(in: 0...0xFFFF), radix: 16) }
      texts.append(
        (["2001", "2002", "3fff", "fd00", words[0]].randomElement()! + ":" + words.dropFirst().joined(separator: ":")))
    }
    for first in 0...255 {
      for second in [0, 16, 31, 51, 64, 88, 100, 127, 168, 254] { texts.append("\(first).\(second).100.1") }
    }
    let program =
      "import sys, ipaddress\nfor line in sys.stdin:\n  a = ipaddress.ip_address(line.strip())\n  print(int(a.is_global and not a.is_multicast))"
    guard let answer = try Python.run(program, input: Array(texts.joined(separator: "\n").utf8)) else { return }
    let isGlobal = String(decoding: answer, as: UTF8.self).split(separator: "\n").map { $0 == "1" }
    #expect(isGlobal.count == texts.count)
    let beyond = ["192.88.99.0/24", "192.0.0.0/24", "2001::/23", "2002::/16", "3fff::/20", "100.100.100.200"]
      .compactMap(AddressBlock.init)
    for (text, global) in zip(texts, isGlobal) {
      let one = try address(text), permitted = AddressRules().permits(one)
      if permitted { #expect(global, "\(text) is permitted") }
      let isOutside = !one.isIPv4 && one.bytes[0] >> 5 != 1
      if global, !permitted { #expect(isOutside || beyond.contains { $0.contains(one) }, "\(text) is refused") }
    }
  }

  @Test(arguments: [
    ("https://example.com", "https://example.com/"),
    ("https://EXAMPLE.com:8443/a?b=c", "https://EXAMPLE.com:8443/a?b=c"),
    ("https://[2606:4700::1111]/", "https://[2606:4700::1111]/"), ("http://127.0.0.1:9/x", "http://127.0.0.1:9/x"),
  ])
  func an_address_is_read_as_it_will_be_asked(text: String, url: String) throws {
    #expect(try Destination(text, toItself: true).url == url)
  }

  @Test(arguments: [
    "http://example.com", "ftp://example.com", "file:///etc/passwd", "gopher://x/", "https://", "example.com",
    "https://a:b@example.com", "https://example.com/#x", "https://例子.cn", "https://exa mple.com",
    "https://example.com:0/",
    "https://example.com:99999/", "javascript:1", "", "https://example.com/\r\nHost: x",
    "http://127.0.0.1.example.com/",
  ])
  func what_is_no_address_for_us_is_refused(text: String) {
    #expect(throws: Destination.Defect.self) { try Destination(text, toItself: true) }
  }

  @Test(arguments: [
    "https://2130706433/", "https://0x7f.1/", "https://0177.0.0.1/", "https://127.1/", "https://[::ffff:127.0.0.1]/",
  ])
  func loopback_in_disguise_is_refused_when_it_is_asked(text: String) async throws {
    let outcome = try await Post(to: try Destination(text), headers: [], body: []).send(Post.Settings())
    #expect(outcome.status == nil && outcome.error?.hasPrefix("address_refused") == true, "\(outcome)")
  }

  @Test func plain_http_is_only_for_this_machine_and_only_where_it_is_allowed() {
    #expect(throws: Destination.Defect.self) { try Destination("http://127.0.0.1:8080/") }
    #expect(throws: Destination.Defect.self) { try Destination("http://10.0.0.1/", toItself: true) }
  }
}
