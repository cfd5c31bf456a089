import HTTPTypes
import Market

/// One request as a handler sees it: who asks, for what, with which body, in which language.
public struct Call: Sendable {
  let services: Services
  let caller: Caller
  let method: HTTPRequest.Method
  /// The path with its parameters filled in.
  let path: String
  let parameters: [String: String]
  let query: [String: String]
  let headers: HTTPFields
  let body: [UInt8]
  let language: Language
  /// Where it comes from, as far as that can be known.
  let address: String
  /// How the client reached us: what stands before a path in an address.
  let scheme: String, authority: String

  var market: Market { services.market }
  var matcher: Matcher { services.matcher }

  /// The id in the path. What is not even an id of this kind names nothing that exists.
  func id<O: MarketObject>(_: O.Type = O.self, _ name: String = "id") throws(Refusal) -> ID<O> {
    guard let text = parameters[name], let id = ID<O>(text) else { throw .notFound(O.noun) }
    return id
  }

  /// The id in the path of something that is no business object.
  func id<E: Identified>(of _: E.Type, _ noun: Phrase) throws(Refusal) -> ID<E> {
    guard let text = parameters["id"], let id = ID<E>(text) else { throw .notFound(noun) }
    return id
  }

  func json() throws(Refusal) -> JSONValue {
    guard let json = JSONValue.parse(body) else { throw .malformedJSON }
    return json
  }

  func input(_ fields: [InputField]) throws -> Input { try Input(try json(), fields) }

  /// The version in `If-Match`; nil for `*`.
  func expectedVersion() throws(Refusal) -> Int? {
    guard let tag = headers[.ifMatch] else { throw .versionMissing }
    if tag == "*" { return nil }
    guard let version = tag.split(separator: ".").last.flatMap({ Int($0.filter { $0 != "\"" }) }) else {
      throw .versionMoved(current: 0)
    }
    return version
  }

  /// A whole number among the query parameters.
  func integer(_ name: String, default fallback: Int, _ range: ClosedRange<Int>) throws(Refusal) -> Int {
    guard let text = query[name] else { return fallback }
    guard let value = Int(text), value >= range.lowerBound else {
      throw .badParameter(
        name: name,
        detail: Phrase("应为不小于 \(range.lowerBound) 的整数", "must be an integer of at least \(range.lowerBound)"))
    }
    return min(value, range.upperBound)
  }

  func flag(_ name: String) throws(Refusal) -> Bool {
    switch query[name] {
    case nil, "false": return false
    case "true": return true
    default: throw .badParameter(name: name, detail: Phrase("应为 true 或 false", "must be true or false"))
    }
  }

  func date(_ name: String) throws(Refusal) -> CivilDate? {
    guard let text = query[name] else { return nil }
    guard let date = CivilDate(text) else {
      throw .badParameter(name: name, detail: Phrase("日期应形如 2026-05-08", "a date looks like 2026-05-08"))
    }
    return date
  }

  func page() throws(Refusal) -> PageRequest {
    PageRequest(size: try integer("page_size", default: 50, 1...PageRequest.largest), token: query["page_token"])
  }
}

/// The language of sentences in an answer, by `Accept-Language`; Chinese unless English is asked for first.
public enum Language: Sendable {
  case zh, en

  init(_ header: String?) { self = header?.lowercased().hasPrefix("en") == true ? .en : .zh }

  func pick(_ phrase: Phrase) -> String { self == .en ? phrase.en : phrase.zh }
}

/// What handlers work with.
public struct Services: Sendable {
  public let market: Market
  public let matcher: Matcher

  public init(market: Market, matcher: Matcher) { (self.market, self.matcher) = (market, matcher) }
}
