/// Where the platform may send something that a user has asked it to send. Only the public internet, unless the operator has
/// allowed a range of an intranet; where clouds tell machines their secrets, never.
public struct AddressRules: Sendable {
  /// Ranges that are not public and may be reached all the same.
  public let allowed: [AddressBlock]

  public init(allowed: [AddressBlock] = []) { self.allowed = allowed }

  public func permits(_ address: NetworkAddress) -> Bool {
    if Self.never.contains(where: { $0.contains(address) }) { return false }
    if allowed.contains(where: { $0.contains(address) }) { return true }
    guard address.isIPv4 || Self.globalUnicast.contains(where: { $0.contains(address) }) else { return false }
    return !Self.special.contains { $0.contains(address) }
  }

  /// Link-local, where most clouds have their metadata, and the addresses some others use for it.
  private static let never = blocks([
    "169.254.0.0/16", "fe80::/10", "fd00:ec2::254", "100.100.100.200", "192.0.0.192",
  ])

  /// All of IPv6 that has been given out for the internet; loopback, private, local and multicast are outside of it.
  private static let globalUnicast = blocks(["2000::/3"])

  /// IANA's registries of special-purpose addresses, IPv4 and what is special within 2000::/3.
  private static let special = blocks([
    "0.0.0.0/8",  // this network
    "10.0.0.0/8",  // private
    "100.64.0.0/10",  // shared by carriers
    "127.0.0.0/8",  // loopback
    "172.16.0.0/12",  // private
    "192.0.0.0/24",  // protocol assignments
    "192.0.2.0/24",  // documentation
    "192.88.99.0/24",  // 6to4 relays
    "192.168.0.0/16",  // private
    "198.18.0.0/15",  // benchmarks
    "198.51.100.0/24",  // documentation
    "203.0.113.0/24",  // documentation
    "224.0.0.0/4",  // multicast
    "240.0.0.0/4",  // reserved, broadcast
    "2001::/23",  // protocol assignments, Teredo
    "2001:db8::/32",  // documentation
    "2002::/16",  // 6to4: an IPv4 address inside
    "3fff::/20",  // documentation
  ])

  private static func blocks(_ texts: [String]) -> [AddressBlock] { texts.compactMap(AddressBlock.init) }
}
