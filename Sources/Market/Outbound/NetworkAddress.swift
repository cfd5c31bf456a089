import Glibc

/// An address of the internet protocol: 4 or 16 bytes. An IPv4 address in the clothes of IPv6 is the IPv4 address.
public struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
  public let bytes: [UInt8]

  public init?(bytes: [UInt8]) {
    switch bytes.count {
    case 4: self.bytes = bytes
    case 16:
      let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
      self.bytes = isMapped ? Array(bytes.suffix(4)) : bytes
    default: return nil
    }
  }

  /// Reads `192.0.2.1` or `2001:db8::1`, and nothing that only some programs take for an address.
  public init?(_ text: String) {
    var bytes = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, text, &bytes) == 1 {
      self.init(bytes: Array(bytes.prefix(4)))
    } else if inet_pton(AF_INET6, text, &bytes) == 1 {
      self.init(bytes: bytes)
    } else {
      return nil
    }
  }

  /// - Parameter place: a `sockaddr` of any length.
  init?(socketAddress place: UnsafeRawPointer) {
    switch Int32(place.loadUnaligned(as: sockaddr.self).sa_family) {
    case AF_INET:
      let address = place.loadUnaligned(as: sockaddr_in.self).sin_addr
      self.init(bytes: withUnsafeBytes(of: address, Array.init))
    case AF_INET6:
      let address = place.loadUnaligned(as: sockaddr_in6.self).sin6_addr
      self.init(bytes: withUnsafeBytes(of: address, Array.init))
    default: return nil
    }
  }

  public var isIPv4: Bool { bytes.count == 4 }

  public var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let bytes = bytes
    _ = inet_ntop(isIPv4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count))
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

/// A range of addresses by their leading bits: `10.0.0.0/8`.
public struct AddressBlock: Hashable, Sendable, CustomStringConvertible {
  public let address: NetworkAddress
  public let bits: Int

  /// Reads an address, alone or with the number of its leading bits.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let address = NetworkAddress(String(parts[0])) else { return nil }
    let all = address.bytes.count * 8
    guard let bits = parts.count == 2 ? Int(parts[1]) : all, (0...all).contains(bits) else { return nil }
    (self.address, self.bits) = (address, bits)
  }

  public func contains(_ other: NetworkAddress) -> Bool {
    guard other.bytes.count == address.bytes.count else { return false }
    let whole = bits / 8, rest = bits % 8
    guard address.bytes[..<whole] == other.bytes[..<whole] else { return false }
    return rest == 0 || address.bytes[whole] >> UInt8(8 - rest) == other.bytes[whole] >> UInt8(8 - rest)
  }

  public var description: String { "\(address)/\(bits)" }
}
