import Postgres

/// One release of a contracting process, as the Open Contracting Data Standard 1.1 has it: what changed, when, and of which kind.
struct Release: Sendable {
  enum Tag: String, Sendable, CaseIterable {
    case planning, planningUpdate, tender, tenderUpdate, tenderAmendment, tenderCancellation, award, awardUpdate,
      awardCancellation
    case contract, contractUpdate, contractTermination, implementation, implementationUpdate

    /// What has to have been released before.
    var base: Tag? {
      switch self {
      case .planning, .tender: nil
      case .planningUpdate: .planning
      case .tenderUpdate, .tenderAmendment, .tenderCancellation, .award: .tender
      case .awardUpdate, .awardCancellation, .contract: .award
      case .contractUpdate, .contractTermination, .implementation: .contract
      case .implementationUpdate: .implementation
      }
    }
  }

  /// Where a release stands in its process: what its parts may refer to.
  struct Place: Sendable {
    let ocid: String
    let number: Int
    let date: Instant
    /// The awards that have been released so far, in their order: each with its bid, and under one release those of one proposal.
    let awards: [Award]

    struct Award: Sendable {
      let id: String
      let bid: String
      let release: Int
    }

    /// Unique for ever, and fit for a path.
    var id: String { Self.id(ocid, number) }
    var previousID: String { Self.id(ocid, number - 1) }
    /// The awards of the newest proposal.
    var newestAwards: [Award] { awards.filter { $0.release == awards.last?.release } }
    /// Under which id a bid was awarded last.
    func award(of bid: ID<Bid>) -> String? { awards.last { $0.bid == bid.text }?.id }
    /// - Parameter i: the place in the new proposal, from 0.
    func newAwardID(_ i: Int) -> String { "\(ocid)-award-\(awards.count + 1 + i)" }

    private static func id(_ ocid: String, _ number: Int) -> String {
      let digits = String(number)
      return ocid + "-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
  }

  /// What the releases are of: a challenge, or the board that announces several.
  enum Process: Sendable {
    case challenge(ID<Challenge>)
    case board(ID<ChallengeBoard>)

    var text: String {
      switch self {
      case .challenge(let id): id.text
      case .board(let id): id.text
      }
    }
    var challenge: ID<Challenge>? { if case .challenge(let id) = self { id } else { nil } }
    var board: ID<ChallengeBoard>? { if case .board(let id) = self { id } else { nil } }

    /// The process's own row, held: it orders the releases.
    fileprivate var held: SQL {
      switch self {
      case .challenge(let id): "SELECT id FROM challenges WHERE id = \(id) FOR NO KEY UPDATE"
      case .board(let id): "SELECT id FROM challenge_boards WHERE id = \(id) FOR NO KEY UPDATE"
      }
    }
    fileprivate var isOfIt: SQL {
      switch self {
      case .challenge(let id): "r.challenge = \(id)"
      case .board(let id): "r.board = \(id)"
      }
    }
  }

  let process: Process
  let tag: Tag
  /// The sections of the release, knowing its place.
  let sections: @Sendable (Place) -> [String: JSONValue]

  init(challenge: ID<Challenge>, tag: Tag, sections: @escaping @Sendable (Place) -> [String: JSONValue]) {
    self.init(of: .challenge(challenge), tag: tag, sections: sections)
  }

  init(of process: Process, tag: Tag, sections: @escaping @Sendable (Place) -> [String: JSONValue]) {
    (self.process, self.tag, self.sections) = (process, tag, sections)
  }

  /// Writes the release beside its event, unless what it builds on was never released: a challenge withdrawn before it was public.
  func record(for object: ID<Anything>, version: Int, _ work: Work) async throws {
    let rows = try await work.tx.query(
      """
      WITH held AS (\(sql: process.held))
      SELECT p.prefix, market_now(), coalesce(max(r.number), 0), max(r.date),
        count(*) FILTER (WHERE r.tag = \(tag.base?.rawValue ?? "")), (SELECT count(*) FROM held)
      FROM ocds_publisher p LEFT JOIN ocds_releases r ON \(sql: process.isOfIt) GROUP BY p.prefix
      """)
    guard let row = rows.first else { return }
    let prefix: String = try row.get(0), now: Instant = try row.get(1), last: Int = try row.get(2)
    let before: Instant? = try row.get(3), bases: Int = try row.get(4)
    guard tag.base == nil || bases > 0 else { return }
    let date = before.map { max(now, Instant(microseconds: $0.microseconds + 1000)) } ?? now
    let place = Place(
      ocid: "\(prefix)-\(process.text)", number: last + 1, date: date,
      awards: try await Place.awards(of: process.challenge, work))
    var members = sections(place)
    members["ocid"] = .string(place.ocid)
    members["id"] = .string(place.id)
    members["date"] = .string(date.text)
    members["tag"] = .array([.string(tag.rawValue)])
    members["initiationType"] = .string("tender")
    members["language"] = .string("zh")
    _ = try await work.tx.execute(
      """
      INSERT INTO ocds_releases (ocid, number, challenge, board, event, date, tag, body)
      SELECT \(place.ocid), \(Int32(place.number)), \(process.challenge), \(process.board), e.id, \(date), \(tag.rawValue),
        \(String(decoding: JSONValue.object(members).canonical, as: UTF8.self))
      FROM events e WHERE e.object_id = \(object) AND e.version = \(Int32(version))
      """)
  }
}

extension Release.Place {
  fileprivate static func awards(of challenge: ID<Challenge>?, _ work: Work) async throws -> [Award] {
    try await work.tx.query(
      """
      SELECT a.award->>'id', coalesce(a.award->>'relatedBid', ''), r.number
      FROM ocds_releases r, jsonb_array_elements(r.body::jsonb->'awards') WITH ORDINALITY a (award, n)
      WHERE r.challenge = \(challenge) AND r.tag = 'award' ORDER BY r.number, a.n
      """
    ).map { row throws(DecodingFailure) in
      Award(id: try row.get(0), bid: try row.get(1), release: try row.get(2))
    }
  }
}
