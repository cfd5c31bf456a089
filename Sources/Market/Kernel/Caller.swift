/// What a token may be used as.
public enum Role: String, CaseIterable, Sendable {
  case university, enterprise, `operator`, reviewer, supervisor, registry, admin
}

/// What somebody is to one object: what workflow rows speak of. A caller may be several at once.
public enum Actor: String, CaseIterable, Sendable {
  /// The organisation an achievement or a list belongs to.
  case owner
  /// The organisation that posted a challenge.
  case poster
  /// The organisation that placed a bid.
  case solver
  case seller, buyer
  /// The organisation that asked a question or for advice, and the one that is asked.
  case asker, adviser
  /// The organisation that claims a subsidy.
  case applicant
  /// The organisation that acts for an owner by a delegation.
  case delegate
  /// The person that an account, a membership or a session is about.
  case subject
  /// Who answers for the people of an organisation.
  case manager
  /// Platform staff, in objects where their organisation is no party.
  case `operator`
  case reviewer, supervisor, registry, admin
  /// The organisation that objects to a notice.
  case objector
  /// The organisation that is invited to a challenge.
  case invited
  /// The clock, and moves that follow from another object's move.
  case system
}

/// Who is asking: an organisation in a role, and the person behind it where one is known.
public struct Caller: Sendable, Hashable {
  public let organisation: ID<Organisation>?
  public let token: ID<Token>?
  public let role: Role?
  public let isSystem: Bool
  /// The person who signed in, or whose token it is; nil for a token of an organisation as such.
  public private(set) var person: ID<Person>?
  /// The sign-in this comes from; nil for a token.
  public private(set) var session: ID<SignIn>?
  /// Whether the person answers for the people of `organisation`.
  public private(set) var isManager = false
  /// Every organisation the person belongs to now. One that is a party to a matter keeps the person from deciding in it.
  public private(set) var affiliations: [ID<Organisation>] = []
  /// What other organisations have given `organisation` to do in their place.
  public private(set) var grants: [Grant] = []
  /// The delegation by which this caller stands in its principal's place; `organisation` is the principal's then.
  public private(set) var delegation: Grant?
  /// What a token is good for; nil for everything its role may do.
  public private(set) var scopes: Set<String>?
  /// True while a sign-in owes its second factor: it may do nothing but give it.
  public private(set) var owesSecondFactor = false

  public init(organisation: ID<Organisation>, token: ID<Token>?, role: Role) {
    (self.organisation, self.token, self.role, isSystem) = (organisation, token, role, false)
  }

  /// A person, acting as one membership where there is one.
  public init(
    person: ID<Person>, session: ID<SignIn>? = nil, token: ID<Token>? = nil, organisation: ID<Organisation>? = nil,
    role: Role? = nil, isManager: Bool = false, affiliations: [ID<Organisation>] = [], grants: [Grant] = [],
    scopes: Set<String>? = nil, owesSecondFactor: Bool = false
  ) {
    (self.organisation, self.token, self.role, isSystem) = (organisation, token, role, false)
    (self.person, self.session, self.isManager) = (person, session, isManager)
    (self.affiliations, self.grants, self.scopes) = (affiliations, grants, scopes)
    self.owesSecondFactor = owesSecondFactor
  }

  private init(isSystem: Bool) { (organisation, token, role, self.isSystem) = (nil, nil, nil, isSystem) }

  /// The same token with what it is good for and what its organisation has been given to do.
  func with(grants: [Grant], scopes: Set<String>?) -> Caller {
    var caller = self
    (caller.grants, caller.scopes) = (grants, scopes)
    return caller
  }

  /// Who it is where one individual is told from another: the person, or a token that has none.
  var individual: ID<Anything>? { (person?.bits ?? token?.bits).map { ID(bits: $0) } }

  /// Somebody without a token: the public.
  public static let anonymous = Caller(isSystem: false)
  /// The platform itself, acting because a moment has come or because another object moved.
  public static let system = Caller(isSystem: true)

  /// Somebody without a token, or without a right one.
  var isAnonymous: Bool { !isSystem && role == nil && person == nil && organisation == nil }

  /// The name under which events remember the caller.
  public var roleName: String { role?.rawValue ?? (isSystem ? "system" : person == nil ? "public" : "person") }
  /// The organisation that has really acted.
  var actingOrganisation: ID<Organisation>? { delegation?.delegate ?? organisation }
  /// The organisation in whose place it has acted, where that is another one.
  var principal: ID<Organisation>? { delegation?.owner }

  /// Staff who see what is not public, bids before their opening excepted.
  public var isStaff: Bool { isSystem || [.operator, .supervisor, .admin].contains(role) }

  /// The actors a caller is by role alone. Nobody decides as staff in a matter of an organisation that they belong to.
  public func standing(parties: [ID<Organisation>]) -> Set<Actor> {
    if isSystem { return [.system] }
    guard let role, let organisation else { return [] }
    let isParty = parties.contains { $0 == organisation || affiliations.contains($0) }
    return switch role {
    case .operator: isParty ? [] : [.operator]
    case .supervisor: isParty ? [] : [.supervisor]
    case .registry: isParty ? [] : [.registry]
    case .reviewer: isParty ? [] : [.reviewer]
    case .admin: [.admin]
    case .university, .enterprise: []
    }
  }

  /// Every organisation that the caller belongs to.
  var places: [ID<Organisation>] { [organisation].compactMap(\.self) + affiliations }

  /// True when the caller acts for `organisation` itself, as a university or an enterprise.
  public func acts(for organisation: ID<Organisation>) -> Bool {
    (role == .university || role == .enterprise) && self.organisation == organisation
  }
}

/// 托管, 经纪: what one organisation has given another to do in its place, as far as it holds now.
public struct Grant: Sendable, Hashable {
  public let id: ID<Delegation>
  public let owner: ID<Organisation>
  public let delegate: ID<Organisation>
  /// `achievement.edit`, or `achievement.*` for every action on achievements.
  public let actions: Set<String>
  /// The one object it is about; nil for all of the owner's.
  public let object: UInt128?

  public init(
    id: ID<Delegation>, owner: ID<Organisation>, delegate: ID<Organisation>, actions: Set<String>, object: UInt128?
  ) {
    (self.id, self.owner, self.delegate, self.actions, self.object) = (id, owner, delegate, actions, object)
  }

  /// Whether it reaches objects of this kind, this one among them.
  func covers(_ kind: String, _ id: UInt128? = nil) -> Bool {
    (object == nil || id == nil || object == id) && actions.contains { $0.hasPrefix(kind + ".") }
  }

  func allows(_ kind: String, _ action: String) -> Bool {
    actions.contains("\(kind).*") || actions.contains("\(kind).\(action)")
  }
}

extension Caller {
  /// What of it reaches this object. Staff act in their own name alone.
  func grants(over kind: String, _ id: UInt128?) -> [Grant] {
    guard role == .university || role == .enterprise else { return [] }
    return grants.filter { $0.covers(kind, id) }
  }

  /// The caller as it stands in its principal's place.
  func inPlace(of grant: Grant) -> Caller {
    guard let role else { return self }
    var caller = Caller(organisation: grant.owner, token: token, role: role)
    (caller.person, caller.session, caller.affiliations, caller.delegation) = (person, session, affiliations, grant)
    return caller
  }
}
