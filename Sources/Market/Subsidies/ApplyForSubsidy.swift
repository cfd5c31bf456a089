import Postgres

extension Work {
  /// Draws up a claim. Its claimant is a side of the contract, and the side that the programme is for; the project is the contract's.
  public func drawUpClaim(_ input: Input) async throws -> Claim {
    guard let organisation = caller.organisation, caller.acts(for: organisation) else {
      throw Refusal.forbidden(needs: [Role.university.rawValue, Role.enterprise.rawValue])
    }
    guard let programmeID: ID<Programme> = input.id("programme"), let contractID: ID<Contract> = input.id("contract")
    else { throw Refusal.notFound(Claim.noun) }
    let programme = try await market.find(programmeID, for: caller)
    let contract = try await market.find(contractID, for: caller)
    let isSeller = contract.seller == organisation
    guard isSeller || contract.buyer == organisation else { throw Refusal.notFound(Contract.noun) }
    var issues: [Issue] = []
    if !programme.modes.contains(input.text("mode") ?? "") {
      let modes = programme.modes.joined(separator: ", ")
      issues.append(
        Issue(
          pointer: "/mode", code: "not_offered",
          detail: Phrase("该计划项目的补助方式为:\(modes)", "this programme gives: \(modes)")))
    }
    if programme.beneficiary != "either", programme.beneficiary != (isSeller ? "seller" : "buyer") {
      issues.append(
        Issue(
          pointer: "/programme", code: "not_beneficiary",
          detail: Phrase("该计划项目不补助合同的这一方", "this programme is not for this side of a contract")))
    }
    let project = try await tx.query("SELECT id FROM projects WHERE deal = \(contract.deal)").first?.get(
      0, as: ID<Project>.self)
    if let milestone: ID<Milestone> = input.id("milestone"),
      try await tx.query("SELECT FROM milestones WHERE id = \(milestone) AND project = \(project)").isEmpty
    {
      issues.append(
        Issue(
          pointer: "/milestone", code: "not_of_contract",
          detail: Phrase("不是该合同所属项目的里程碑", "not a milestone of this contract's project")))
    }
    guard issues.isEmpty else { throw Refusal.invalid(issues) }
    return try await create(
      Claim.self, input,
      own: [
        ("organisation", .reference(organisation.bits)),
        ("counterparty", .reference((isSeller ? contract.buyer : contract.seller).bits)),
        ("deal", .reference(contract.deal.bits)), ("title", .text(contract.projectName)),
        ("project", project.map { .reference($0.bits) } ?? .null),
      ])
  }
}
