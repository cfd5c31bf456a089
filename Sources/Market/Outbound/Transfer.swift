import CCurl
import Glibc
import Synchronization

/// One request on the wire. It runs on the thread that calls it and blocks it.
final class Transfer: Sendable {
  private let post: Post
  private let settings: Post.Settings
  let isCancelled = Atomic(false)

  init(_ post: Post, _ settings: Post.Settings) { (self.post, self.settings) = (post, settings) }

  private static let isInitialised = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  /// What libcurl's callbacks share with the call that they belong to; none outlives it, and all run on its thread.
  private final class Scene {
    let permitted: Set<NetworkAddress>
    let most: Int
    let transfer: Transfer
    var received = 0
    var refused: NetworkAddress?

    init(_ permitted: Set<NetworkAddress>, _ transfer: Transfer) {
      (self.permitted, most, self.transfer) = (permitted, transfer.settings.answerAtMost, transfer)
    }

    static func at(_ place: UnsafeMutableRawPointer?) -> Scene? {
      place.map { Unmanaged<Scene>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Counts what comes in; false once it is too much.
    func take(_ count: Int) -> Bool {
      received += count
      return received <= most
    }
  }

  func run() -> Post.Outcome {
    let begin = Self.milliseconds()
    var outcome = attempt()
    outcome.milliseconds = Int(Self.milliseconds() - begin)
    return outcome
  }

  private func attempt() -> Post.Outcome {
    let addresses: [NetworkAddress]
    do {
      addresses = try settings.resolve(post.destination.host)
    } catch {
      return Post.Outcome(error: "unresolved: \(error)")
    }
    guard !addresses.isEmpty else { return Post.Outcome(error: "unresolved: no address") }
    // One that is out of bounds spoils them all: which of them is asked is not ours to choose.
    if let refused = addresses.first(where: { !permits($0) }) {
      return Post.Outcome(error: "address_refused: \(refused)")
    }
    guard Self.isInitialised, let curl = curl_easy_init() else { return Post.Outcome(error: "libcurl cannot start") }
    defer { curl_easy_cleanup(curl) }
    return perform(curl, Scene(Set(addresses), self), addresses)
  }

  /// Without TLS nothing leaves this machine.
  private func permits(_ address: NetworkAddress) -> Bool {
    settings.rules.permits(address)
      && (post.destination.isSecure || Destination.loopback.contains { $0.contains(address) })
  }

  private func perform(_ curl: UnsafeMutableRawPointer, _ scene: Scene, _ addresses: [NetworkAddress]) -> Post.Outcome {
    var headers: UnsafeMutablePointer<curl_slist>?
    var pins: UnsafeMutablePointer<curl_slist>?
    defer {
      curl_slist_free_all(headers)
      curl_slist_free_all(pins)
    }
    for (name, value) in post.headers { headers = curl_slist_append(headers, "\(name): \(value)") }
    // Asking for leave before a small body costs a round trip and some receivers never give it.
    headers = curl_slist_append(headers, "Expect:")
    let pinned = addresses.map { $0.isIPv4 ? "\($0)" : "[\($0)]" }.joined(separator: ",")
    pins = curl_slist_append(pins, "\(post.destination.host):\(post.destination.port):\(pinned)")

    prepare(curl)
    curl_set_pointer(curl, CURLOPT_HTTPHEADER, headers)
    curl_set_pointer(curl, CURLOPT_RESOLVE, pins)
    listen(curl, Unmanaged.passUnretained(scene).toOpaque())
    let code = post.body.withUnsafeBytes { body in
      curl_set_number(curl, CURLOPT_POSTFIELDSIZE, body.count)
      curl_set_pointer(curl, CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(mutating: body.baseAddress))
      return withExtendedLifetime(scene) { curl_easy_perform(curl) }
    }
    return outcome(curl, code, scene)
  }

  private func prepare(_ curl: UnsafeMutableRawPointer) {
    curl_set_text(curl, CURLOPT_URL, post.destination.url)
    curl_set_scheme(curl, post.destination.isSecure ? 1 : 0)
    curl_set_number(curl, CURLOPT_POST, 1)
    curl_set_number(curl, CURLOPT_FOLLOWLOCATION, 0)
    // An empty proxy is none, whatever the environment says.
    curl_set_text(curl, CURLOPT_PROXY, "")
    curl_set_number(curl, CURLOPT_NOSIGNAL, 1)
    curl_set_number(curl, CURLOPT_CONNECTTIMEOUT_MS, settings.connectWithin)
    curl_set_number(curl, CURLOPT_TIMEOUT_MS, settings.answerWithin)
    curl_set_number(curl, CURLOPT_FORBID_REUSE, 1)
    curl_set_number(curl, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    curl_set_number(curl, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    curl_set_text(curl, CURLOPT_USERAGENT, "jiebang-webhooks/1")
    if let file = settings.trusting { curl_set_text(curl, CURLOPT_CAINFO, file) }
  }

  private func listen(_ curl: UnsafeMutableRawPointer, _ scene: UnsafeMutableRawPointer) {
    let count: curl_write_callback = { _, size, times, place in
      Scene.at(place)?.take(size * times) == true ? size * times : 0
    }
    curl_set_write(curl, CURLOPT_WRITEFUNCTION, count)
    curl_set_pointer(curl, CURLOPT_WRITEDATA, scene)
    curl_set_write(curl, CURLOPT_HEADERFUNCTION, count)
    curl_set_pointer(curl, CURLOPT_HEADERDATA, scene)
    // The last look is at the very address that is being connected to.
    curl_set_socket(curl) { place, _, target in
      guard let scene = Scene.at(place), let target else { return CURL_SOCKET_BAD }
      // What follows the address's family may be longer than the structure says: it is read where it lies.
      let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? 0
      let address = NetworkAddress(socketAddress: UnsafeRawPointer(target) + offset)
      guard let address, scene.permitted.contains(address), scene.transfer.permits(address) else {
        scene.refused = address
        return CURL_SOCKET_BAD
      }
      return socket(
        target.pointee.family, target.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), target.pointee.protocol)
    }
    curl_set_pointer(curl, CURLOPT_OPENSOCKETDATA, scene)
    curl_set_progress(curl) { place, _, _, _, _ in
      Scene.at(place)?.transfer.isCancelled.load(ordering: .relaxed) == true ? 1 : 0
    }
    curl_set_pointer(curl, CURLOPT_XFERINFODATA, scene)
    curl_set_number(curl, CURLOPT_NOPROGRESS, 0)
  }

  private func outcome(_ curl: UnsafeMutableRawPointer, _ code: CURLcode, _ scene: Scene) -> Post.Outcome {
    var outcome = Post.Outcome()
    var status = 0, seconds: curl_off_t = 0
    curl_get_number(curl, CURLINFO_RESPONSE_CODE, &status)
    if status >= 200 { outcome.status = status }
    curl_get_count(curl, CURLINFO_RETRY_AFTER, &seconds)
    if seconds > 0 { outcome.retryAfter = Int(min(seconds, 86_400)) }
    // What it says after it has accepted, at what length and how slowly, changes nothing.
    if outcome.isGood { return outcome }
    if let refused = scene.refused {
      outcome.error = "address_refused: \(refused)"
    } else if code == CURLE_WRITE_ERROR, scene.received > scene.most {
      outcome.error = "answer_too_long"
    } else if code != CURLE_OK {
      outcome.error = Self.word(code) + ": " + String(cString: curl_easy_strerror(code))
    } else if (300..<400).contains(status) {
      outcome.error = "redirect_refused"
    }
    return outcome
  }

  private static func word(_ code: CURLcode) -> String {
    switch code {
    case CURLE_OPERATION_TIMEDOUT: "timeout"
    case CURLE_COULDNT_CONNECT: "not_connected"
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE: "tls_failed"
    case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE: "cut_off"
    default: "failed"
    }
  }

  private static func milliseconds() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
  }
}
