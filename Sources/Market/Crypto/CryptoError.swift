import COpenSSL

/// libcrypto could not do what was asked, or found that it must not.
public enum CryptoError: Error, Hashable, CustomStringConvertible {
  /// libcrypto refused: what was being done, and its own reason.
  case failed(doing: String, reason: String)
  /// A key, a nonce or a text has the wrong form.
  case malformed(String)
  /// What was to be opened is not what was sealed, or not with this key.
  case notAuthentic
  /// The key is of an algorithm that cannot do this.
  case unsupported(String)

  public var description: String {
    switch self {
    case .failed(let doing, let reason): "\(doing): \(reason)"
    case .malformed(let what): "\(what) is malformed"
    case .notAuthentic: "what was sealed has been changed, or was sealed with another key"
    case .unsupported(let what): "\(what) is not supported"
    }
  }

  /// The oldest reason that libcrypto left on this thread; the rest is forgotten, so that no later call is blamed for it.
  static func last(_ doing: String) -> CryptoError {
    let code = ERR_get_error()
    ERR_clear_error()
    guard code != 0, let reason = ERR_reason_error_string(code) else {
      return .failed(doing: doing, reason: "no reason")
    }
    return .failed(doing: doing, reason: String(cString: reason))
  }
}

/// Turns libcrypto's "1 is success" into an error that says what was being done.
func check(_ outcome: Int32, _ doing: String) throws(CryptoError) {
  guard outcome > 0 else { throw .last(doing) }
}
