/// Every route of the product, in one place: the table that serves, and that `/openapi.json` is made from.
extension Route {
  public static let all: [Route] =
    system
    + organisations
    + signIns
    + me
    + tokens
    + persons
    + memberships
    + invitations
    + delegations
    + achievements
    + achievementLists
    + chains
    + demandCalls
    + demands
    + consultRequests
    + challenges
    + challengeBoards
    + questions
    + bids
    + experts
    + panels
    + sealedBids
    + opening
    + challengeInvitations
    + projects
    + integrityRecords
    + deals
    + contracts
    + programmes
    + outlays
    + claims
    + notices
    + objections
    + matches
    + search
    + wishes
    + statistics
    + openContracting
    + events
    + ledger
    + webhooks
}
