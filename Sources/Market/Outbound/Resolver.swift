import Glibc

/// Finds the addresses of a host's name. Blocks the thread that asks.
public typealias Resolver = @Sendable (_ host: String) throws(Unresolved) -> [NetworkAddress]

public struct Unresolved: Error, CustomStringConvertible {
  public let description: String
  public init(_ why: String) { description = why }
}

public enum SystemResolver {
  /// What this machine says: `/etc/hosts`, then its name servers.
  public static let resolve: Resolver = { host throws(Unresolved) in
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    let outcome = getaddrinfo(host, nil, &hints, &found)
    guard outcome == 0 else { throw Unresolved(String(cString: gai_strerror(outcome))) }
    defer { freeaddrinfo(found) }
    var addresses: [NetworkAddress] = [], entry = found
    while let this = entry?.pointee {
      if let place = this.ai_addr, let address = NetworkAddress(socketAddress: place) { addresses.append(address) }
      entry = this.ai_next
    }
    return addresses.unique
  }
}
