/// Every business object of the market. The documentation is written from this list, events learn their ids' prefixes from it,
/// and the tests that must hold for all objects walk it.
public enum Objects {
  public static let all: [any MarketObject.Type] = [
    Organisation.self, Person.self, Membership.self, Delegation.self, Achievement.self, AchievementList.self,
    Chain.self, DemandCall.self, Demand.self, ConsultRequest.self, Challenge.self, ChallengeBoard.self, Question.self,
    Bid.self, ChallengeInvitation.self, Expert.self, Panel.self, Project.self, Milestone.self, Acceptance.self,
    IntegrityRecord.self, Deal.self, Contract.self, Programme.self, Outlay.self, Claim.self, Notice.self,
    Objection.self, Wish.self, Webhook.self,
  ]
}
