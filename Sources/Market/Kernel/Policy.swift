import Postgres

/// Who may know of an object, in which of its states, and with which of its fields. The same rows filter one object, a page of
/// them, exports, matches and events, say who is told of a move, and drive the test that walks every state, caller and field.
public struct Policy<Object: MarketObject>: Sendable {
  public typealias State = Object.State

  /// An organisation that the object names, and what it is to the object.
  public struct Party: Sendable {
    let actor: Actor
    let organisation: @Sendable (Object) -> ID<Organisation>
    /// Where the query finds it.
    let column: SQL
    /// Whether it keeps an organisation's own staff from deciding.
    let recuses: Bool

    public init(
      _ actor: Actor, _ column: SQL, recuses: Bool = true,
      _ organisation: @escaping @Sendable (Object) -> ID<Organisation>
    ) {
      (self.actor, self.column, self.recuses, self.organisation) = (actor, column, recuses, organisation)
    }
  }

  /// 回避: organisations whose matter it is besides the parties. Their staff neither decide nor see by their office.
  public struct Recusal: Sendable {
    let organisations: @Sendable (Object) -> [ID<Organisation>]
    /// The array of them, where the query finds it.
    let column: SQL

    public init(_ column: SQL, _ organisations: @escaping @Sendable (Object) -> [ID<Organisation>]) {
      (self.column, self.organisations) = (column, organisations)
    }
  }

  /// One line of the table.
  public struct Row: Sendable {
    public let states: Set<State>
    public let viewers: Set<Viewer>
    /// Fields that these viewers do not get.
    public let withheld: Set<String>
    /// The grades of object this line speaks of; none stands for all.
    public let grades: Set<Int>

    /// - Parameter states: none stands for all.
    public static func show(
      _ states: State..., to viewers: Viewer..., of grades: Set<Int> = [], without withheld: Set<String> = []
    ) -> Row {
      Row(
        states: Set(states.isEmpty ? Array(State.allCases) : states), viewers: Set(viewers), withheld: withheld,
        grades: grades)
    }

    /// All states but these.
    public static func showAll(but states: State..., to viewers: Viewer..., without withheld: Set<String> = []) -> Row {
      Row(
        states: Set(State.allCases).subtracting(states), viewers: Set(viewers), withheld: withheld, grades: [])
    }
  }

  /// A column by which objects in one state are shown differently: a tier of confidentiality.
  public struct Grading: Sendable {
    let name: String
    let values: [Int]
    /// Its name in the object's own table.
    let column: StaticString
    let grade: @Sendable (Object) -> Int

    public init(
      _ name: String, _ values: ClosedRange<Int>, _ column: StaticString, _ grade: @escaping @Sendable (Object) -> Int
    ) {
      (self.name, self.values, self.column, self.grade) = (name, Array(values), column, grade)
    }
  }

  /// The person that the object is about.
  public struct Subject: Sendable {
    let person: @Sendable (Object) -> ID<Person>
    let column: SQL

    public init(_ column: SQL, _ person: @escaping @Sendable (Object) -> ID<Person>) {
      (self.column, self.person) = (column, person)
    }
  }

  public let parties: [Party]
  let recusal: Recusal?
  public let subject: Subject?
  public let rows: [Row]
  public let grading: Grading?
  /// Columns of the table that are nobody's to see: the platform's own.
  public let internalColumns: Set<String>
  /// What events say that is no field, and is meant for everybody who hears of them.
  let told: Set<String>

  /// States in which everybody may know of it, of whatever grade it is; moves from or to one of them are public events.
  public let publicStates: Set<State>
  /// States that the platform's own staff do not see: events in them are for their audience alone.
  public let sealedStates: Set<State>

  /// - Parameter sealed: keeps events from staff in every state, whatever they may see of the object itself.
  public init(
    parties: [Party], subject: Subject? = nil, recused recusal: Recusal? = nil, sealed: Bool = false,
    internal columns: Set<String> = ["rulebook"], telling told: Set<String> = [], by grading: Grading? = nil,
    _ rows: Row...
  ) {
    (self.told, self.grading) = (told, grading)
    (self.parties, self.subject, self.recusal, self.rows, internalColumns) = (parties, subject, recusal, rows, columns)
    publicStates = Self.states(shownTo: .everyone, by: rows.filter(\.grades.isEmpty))
    let open = sealed ? [] : Self.states(shownTo: .role(.operator), by: rows)
    sealedStates = Set(State.allCases).subtracting(open).subtracting(publicStates)
  }

  private static func states(shownTo viewer: Viewer, by rows: [Row]) -> Set<State> {
    rows.filter { $0.viewers.contains(viewer) }.reduce(into: []) { $0.formUnion($1.states) }
  }

  var publicStateList: [String] { publicStates.map(\.rawValue).sorted() }

  // MARK: One object

  /// What a caller is to this object for the question of what may be seen.
  private func viewers(_ object: Object, _ caller: Caller) -> Set<Viewer> {
    var viewers: Set<Viewer> = [.everyone]
    if let role = caller.role, !isRecused(object, caller) { viewers.insert(.role(role)) }
    if let own = caller.organisation {
      let places = [own] + caller.grants(over: Object.kind, object.id.bits).map(\.owner)
      for party in parties where places.contains(party.organisation(object)) { viewers.insert(.party(party.actor)) }
    }
    if let subject, caller.person == subject.person(object) { viewers.insert(.subject) }
    return viewers
  }

  private func isRecused(_ object: Object, _ caller: Caller) -> Bool {
    guard let recusal else { return false }
    return !recusal.organisations(object).allSatisfy { !caller.places.contains($0) }
  }

  private func speaks(_ row: Row, of object: Object) -> Bool {
    row.states.contains(object.state)
      && (row.grades.isEmpty || grading.map { row.grades.contains($0.grade(object)) } ?? false)
  }

  /// Whether this caller may know of the object.
  public func shows(_ object: Object, to caller: Caller) -> Bool {
    if caller.isSystem { return true }
    let viewers = viewers(object, caller)
    return rows.contains { speaks($0, of: object) && !$0.viewers.isDisjoint(with: viewers) }
  }

  /// Whether everybody may know of the object.
  public func isPublic(_ object: Object) -> Bool {
    publicStates.contains(object.state)
      || (grading != nil && rows.contains { $0.viewers.contains(.everyone) && speaks($0, of: object) })
  }

  /// False where nothing of the kind is ever public and nobody in particular asks: then the tables are not even looked at.
  func maySeeAny(_ caller: Caller) -> Bool {
    !caller.isAnonymous || rows.contains { $0.viewers.contains(.everyone) }
  }

  /// Whether everybody may know of some object in this state.
  func mayBePublic(_ state: State) -> Bool {
    rows.contains { $0.viewers.contains(.everyone) && $0.states.contains(state) }
  }

  /// The names of the fields this caller does not get of an object that it may know of: what every row that shows it withholds.
  public func withheld(_ object: Object, from caller: Caller) -> Set<String> {
    if caller.isSystem || rows.allSatisfy(\.withheld.isEmpty) { return [] }
    let viewers = viewers(object, caller)
    let lines = rows.filter { speaks($0, of: object) && !$0.viewers.isDisjoint(with: viewers) }
    return lines.dropFirst().reduce(lines.first?.withheld ?? []) { $0.intersection($1.withheld) }
  }

  /// What a caller may be called in the workflow: its roles, and the parties it acts for where a party may see the object at all.
  func standing(_ object: Object, _ caller: Caller) -> Set<Actor> {
    let own = parties.filter(\.recuses).map { $0.organisation(object) }
    var standing = caller.standing(parties: own + (recusal?.organisations(object) ?? []))
    for party in parties where caller.acts(for: party.organisation(object)) && sees(party.actor, object.state) {
      standing.insert(party.actor)
    }
    if caller.isManager, parties.contains(where: { $0.organisation(object) == caller.organisation }) {
      standing.insert(.manager)
    }
    if let subject, caller.person == subject.person(object) { standing.insert(.subject) }
    return standing
  }

  private func sees(_ party: Actor, _ state: State) -> Bool {
    rows.contains { $0.states.contains(state) && $0.viewers.contains(.party(party)) }
  }

  /// Organisations that are told of a move in this state.
  func audience(_ object: Object) -> [ID<Organisation>] {
    parties.filter { sees($0.actor, object.state) }.map { $0.organisation(object) }
  }

  // MARK: Many

  /// The same as a condition on `t`.
  func condition(_ caller: Caller) -> SQL {
    if caller.isSystem { return "true" }
    var terms: [SQL] = []
    for row in rows {
      let states = condition(row)
      let byRole = caller.role.map { row.viewers.contains(.role($0)) } == true
      if row.viewers.contains(.everyone) || (byRole && recusal == nil) {
        guard let states else { return "true" }
        terms.append(states)
        continue
      }
      if byRole, let recusal {
        let free: SQL = "NOT \(sql: recusal.column) && \(caller.places)"
        terms.append(states.map { "(\(sql: free) AND \(sql: $0))" } ?? free)
      }
      for mine in places(caller, row.viewers) {
        terms.append(states.map { "(\(sql: mine) AND \(sql: $0))" } ?? mine)
      }
    }
    return terms.isEmpty ? "false" : "(\(sql: terms.joined(separator: " OR ")))"
  }

  /// Where a caller is one of the viewers because of whom the object names.
  private func places(_ caller: Caller, _ viewers: Set<Viewer>) -> [SQL] {
    var places: [SQL] = []
    for party in parties where viewers.contains(.party(party.actor)) {
      if let own = caller.organisation { places.append("\(sql: party.column) = \(own)") }
      for grant in caller.grants(over: Object.kind, nil) {
        let given: SQL = "\(sql: party.column) = \(grant.owner)"
        places.append(grant.object.map { "(\(sql: given) AND t.id = \(ID<Object>(bits: $0)))" } ?? given)
      }
    }
    if let subject, let person = caller.person, viewers.contains(.subject) {
      places.append("\(sql: subject.column) = \(person)")
    }
    return places
  }

  /// What holds of `t` where everybody may know of it.
  var publicCondition: SQL { SQL(unsafe: publicRule(of: "t.")) }

  /// The same as a text without binds: what row-level security is made of.
  /// - Parameter row: what stands before a column's name.
  func publicRule(of row: String = "") -> String {
    let terms = rows.filter { $0.viewers.contains(.everyone) }.map { line in
      var terms: [String] = []
      if line.states.count < State.allCases.count {
        terms.append("\(row)status = ANY ('{\(line.states.map(\.rawValue).sorted().joined(separator: ","))}')")
      }
      if let grading, !line.grades.isEmpty {
        let grades = line.grades.sorted().map(String.init).joined(separator: ",")
        terms.append("\(row)\(grading.column) = ANY ('{\(grades)}')")
      }
      return terms.isEmpty ? "true" : "(\(terms.joined(separator: " AND ")))"
    }
    if terms.isEmpty { return "false" }
    return terms.contains("true") ? "true" : "(\(terms.joined(separator: " OR ")))"
  }

  /// Nil where every state and every grade will do.
  private func condition(_ row: Row) -> SQL? {
    var terms: [SQL] = []
    if row.states.count < State.allCases.count {
      terms.append("t.status = ANY(\(row.states.map(\.rawValue).sorted()))")
    }
    if let grading, !row.grades.isEmpty { terms.append("t.\(raw: grading.column) = ANY(\(row.grades.sorted()))") }
    return terms.isEmpty ? nil : "(\(sql: terms.joined(separator: " AND ")))"
  }
}

/// Whom a row of the policy speaks of.
public enum Viewer: Hashable, Sendable {
  case everyone
  /// Anybody of the organisation that is this to the object.
  case party(Actor)
  case role(Role)
  /// The person it is about.
  case subject

  public static let owner = Viewer.party(.owner), poster = Viewer.party(.poster), solver = Viewer.party(.solver)
  public static let asker = Viewer.party(.asker), adviser = Viewer.party(.adviser)
  public static let university = Viewer.role(.university), enterprise = Viewer.role(.enterprise)
  public static let delegate = Viewer.party(.delegate), applicant = Viewer.party(.applicant)
  public static let seller = Viewer.party(.seller), buyer = Viewer.party(.buyer)
  public static let objector = Viewer.party(.objector), invited = Viewer.party(.invited)
  public static let `operator` = Viewer.role(.operator), supervisor = Viewer.role(.supervisor)
  public static let admin = Viewer.role(.admin), registry = Viewer.role(.registry), reviewer = Viewer.role(.reviewer)

  /// Its word in the documentation.
  public var word: String {
    switch self {
    case .everyone: "everyone"
    case .party(let actor): actor.rawValue
    case .role(let role): role.rawValue
    case .subject: "subject"
    }
  }
}
