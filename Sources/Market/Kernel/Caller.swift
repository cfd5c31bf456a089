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
  /// Platform staff, in objects where their organisation is no party.
  case `operator`
  case reviewer, supervisor, registry, admin
  /// The clock, and moves that follow from another object's move.
  case system
}

/// Who is asking.
public struct Caller: Sendable, Hashable {
  public let organisation: ID<Organisation>?
  public let token: ID<Token>?
  public let role: Role?
  public let isSystem: Bool

  public init(organisation: ID<Organisation>, token: ID<Token>?, role: Role) {
    (self.organisation, self.token, self.role, isSystem) = (organisation, token, role, false)
  }

  private init(isSystem: Bool) { (organisation, token, role, self.isSystem) = (nil, nil, nil, isSystem) }

  /// Somebody without a token: the public.
  public static let anonymous = Caller(isSystem: false)
  /// The platform itself, acting because a moment has come or because another object moved.
  public static let system = Caller(isSystem: true)

  /// The name under which events remember the caller.
  public var roleName: String { role?.rawValue ?? (isSystem ? "system" : "public") }

  /// Staff who see what is not public, bids before their opening excepted.
  public var isStaff: Bool { isSystem || [.operator, .supervisor, .admin].contains(role) }

  /// The actors a caller is by role alone. An organisation that is a party decides nothing as staff in its own matter.
  public func standing(parties: [ID<Organisation>]) -> Set<Actor> {
    if isSystem { return [.system] }
    guard let role, let organisation else { return [] }
    let isParty = parties.contains(organisation)
    return switch role {
    case .operator: isParty ? [] : [.operator]
    case .supervisor: isParty ? [] : [.supervisor]
    case .registry: isParty ? [] : [.registry]
    case .reviewer: isParty ? [] : [.reviewer]
    case .admin: [.admin]
    case .university, .enterprise: []
    }
  }

  /// True when the caller acts for `organisation` itself, as a university or an enterprise.
  public func acts(for organisation: ID<Organisation>) -> Bool {
    (role == .university || role == .enterprise) && self.organisation == organisation
  }
}
