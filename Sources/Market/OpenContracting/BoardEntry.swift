import Postgres

/// A challenge on a board, as releases name it: its own process, and the notice it was on.
struct BoardEntry: Sendable {
  let position: Int
  let title: String
  /// The process of the challenge.
  let ocid: String?
  /// JSON with `id`, `number`, `hash`, `ended_at`; nil where it was on none.
  let notice: JSONValue?

  static func read(_ board: ID<ChallengeBoard>, _ work: Work) async throws -> [BoardEntry] {
    try await work.tx.query(
      """
      SELECT i.position, i.content ->> 'title', r.ocid, i.content -> 'notice'
      FROM challenge_board_items i LEFT JOIN ocds_releases r ON r.challenge = i.challenge AND r.number = 1
      WHERE i.list = \(board) AND i.change <> 'removed' ORDER BY i.position
      """
    ).map { row throws(DecodingFailure) in
      BoardEntry(
        position: try row.get(0), title: try row.get(1), ocid: try row.get(2),
        notice: try row.get(3, as: JSONB?.self).flatMap { JSONValue.parse($0.bytes) })
    }
  }
}

extension Sections {
  /// 榜单: a planning process of its own. The challenges on it were released before, so it is the board that names them.
  static func board(_ board: ChallengeBoard, _ entries: [BoardEntry], _ parties: [OpenParty]) -> Members {
    let notices: [JSONValue] = entries.compactMap { entry in
      guard let notice = entry.notice, let id = notice["id"]?.string else { return nil }
      return .object([
        "id": .string(id), "documentType": .string("plannedProcurementNotice"), "title": notice["number"] ?? .null,
        "description": .string(entry.title), "x_hash": notice["hash"] ?? .null,
      ])
    }
    var planning: Members = [
      "rationale": .string(board.note.isEmpty ? board.title : "\(board.title)。\(board.note)"),
      "x_issue": .number(Double(board.issue ?? 0)), "x_items": .number(Double(board.items)),
      "x_status": .string("issued"),
    ]
    if !notices.isEmpty { planning["documents"] = .array(notices) }
    var members: Members = ["planning": .object(planning)]
    let related: [JSONValue] = entries.compactMap { entry in
      entry.ocid.map { ocid in
        .object([
          "id": .string(String(entry.position)), "relationship": .array([.string("x_announced")]),
          "title": .string(entry.title), "scheme": .string("ocid"), "identifier": .string(ocid),
        ])
      }
    }
    if !related.isEmpty { members["relatedProcesses"] = .array(related) }
    if let publisher = parties.first {
      members["parties"] = .array([publisher.party(["procuringEntity"])])
    }
    return members
  }

  static func withdrawn(_ board: ChallengeBoard) -> Members {
    ["planning": .object(["x_status": .string("withdrawn"), "x_reason": .string(board.reason ?? "")])]
  }
}
