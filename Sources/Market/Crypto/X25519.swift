import COpenSSL

/// Agreement on a secret over Curve25519 (RFC 7748). Secrets and public values are 32 bytes.
enum X25519 {
  static func publicValue(of secret: [UInt8]) throws(CryptoError) -> [UInt8] {
    try with(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nil, secret, secret.count)) { key throws(CryptoError) in
      var value = [UInt8](repeating: 0, count: 32), count = 32
      try check(EVP_PKEY_get_raw_public_key(key, &value, &count), "reading a public value")
      return value
    }
  }

  /// What the holder of `secret` and the holder of the secret behind `peer` both arrive at.
  static func agree(_ secret: [UInt8], with peer: [UInt8]) throws(CryptoError) -> [UInt8] {
    try with(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nil, secret, secret.count)) { mine throws(CryptoError) in
      try with(EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nil, peer, peer.count)) { theirs throws(CryptoError) in
        guard let context = EVP_PKEY_CTX_new_from_pkey(nil, mine, nil) else { throw .last("agreeing on a secret") }
        defer { EVP_PKEY_CTX_free(context) }
        try check(EVP_PKEY_derive_init(context), "agreeing on a secret")
        try check(EVP_PKEY_derive_set_peer(context, theirs), "agreeing on a secret")
        var shared = [UInt8](repeating: 0, count: 32), count = 32
        try check(EVP_PKEY_derive(context, &shared, &count), "agreeing on a secret")
        return shared
      }
    }
  }

  private static func with<T>(_ key: OpaquePointer?, _ body: (OpaquePointer) throws(CryptoError) -> T)
    throws(CryptoError) -> T
  {
    guard let key else { throw .last("reading an X25519 key") }
    defer { EVP_PKEY_free(key) }
    return try body(key)
  }
}
