import Postgres

/// An object that may not go on before its notice has closed without objection.
protocol AwaitsNotice: MarketObject {
  var notice: NoticeMark? { get }
}

/// As much of a notice as the object that waits for it has to know.
public struct NoticeMark: Sendable, Hashable {
  public let id: ID<Notice>
  public let state: Notice.State
  public let endsAt: Instant
  public let openObjections: Int

  /// The notice's row is `n`, and there may be none.
  static let columns: SQL = "n.id, n.status, n.ends_at, n.open_objections"

  static func read(_ c: inout ColumnReader) throws(DecodingFailure) -> NoticeMark? {
    let id: ID<Notice>? = try c.next(), word: String? = try c.next(), end: Instant? = try c.next()
    let open: Int? = try c.next()
    guard let id, let word, let state = Notice.State(rawValue: word), let end, let open else { return nil }
    return NoticeMark(id: id, state: state, endsAt: end, openObjections: open)
  }

  /// Still up: running, or standing still.
  var isLive: Bool { state == .running || state == .paused }
}

extension Guard where Object: AwaitsNotice {
  /// What has to hold of a notice before what waits for it goes on.
  static var noticeIsClean: [Guard] {
    [
      Guard("notice_paused", "公示因异议暂停", "the notice is paused by an objection") { object, _ in
        object.notice?.state != .paused
      },
      Guard("objection_open", "尚有异议未办结", "an objection to the notice is open") { object, moment in
        guard let notice = object.notice, notice.state == .running, notice.endsAt <= moment.now else { return true }
        return notice.openObjections == 0
      },
      Guard("notice_running", "公示期未满", "the notice is still running") { object, moment in
        switch object.notice?.state {
        case .closedClean, .paused: true
        case .running: object.notice.map { $0.endsAt <= moment.now } ?? false
        case .draft, .revoked, nil: false
        }
      },
    ]
  }
}

extension Work {
  /// Closes the notice that `object` waits for, if its time is over and nobody has done it yet: a day late as on time.
  func closeNotice<O: AwaitsNotice>(of object: O) async throws {
    guard let mark = object.notice, mark.state == .running else { return }
    let (notice, now) = try await asSystem.lock(mark.id)
    if notice.state == .running { try await asSystem.move(notice, now, .close, .object([:])) }
  }

  /// Takes down the notice of an object that goes back or falls away.
  func revokeNotice<O: AwaitsNotice>(of object: O, _ reason: String?) async throws {
    guard let mark = object.notice, mark.isLive else { return }
    let (notice, now) = try await asSystem.lock(mark.id)
    guard [.running, .paused].contains(notice.state) else { return }
    let why = PersonalData.masked(reason ?? "所涉事项已终止")
    try await asSystem.move(notice, now, .revoke, .object(["reason": .string(why)]))
  }

  /// Takes hold of what waits for a notice and then of the notice, always in this order.
  func hold(_ notice: ID<Notice>) async throws -> Notice {
    let rows = try await tx.query("SELECT subject_kind, subject FROM notices WHERE id = \(notice)")
    if let row = rows.first, let kind: String = try row.get(0), let subject: ID<Anything> = try row.get(1),
      let table = NoticeKind.table.compactMap(\.guarded).first(where: { $0.kind == kind })?.table
    {
      _ = try await tx.query("SELECT FROM \(sql: table) WHERE id = \(subject) FOR NO KEY UPDATE")
    }
    return try await asSystem.lock(notice).object
  }

  /// What the end of a notice's time brings: what waits for it goes on and closes it on the way, or it just closes.
  func noticeIsDue(_ id: ID<Notice>) async throws {
    let notice = try await hold(id)
    if let advance = try NoticeKind.named(notice.noticeKind).guarded?.advance, let subject = notice.subjectBits {
      try await advance(self, ID(bits: subject.bits))
    } else {
      try await move(id, .close, version: nil)
    }
  }
}
