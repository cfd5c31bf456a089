import HTTPTypes
import Market

extension Route {
  private typealias Memberships = ResourceRoutes<Membership>

  static let memberships: [Route] = [
    Memberships.list,
    Memberships.create { work, input in try await work.appoint(input) },
    Memberships.one,
    Memberships.patch,
    Memberships.transitions,
    Memberships.transition,
  ]

  static let invitations: [Route] = [
    .get(
      "/api/v1/invitations", "invitations", "未使用的邀请", "open invitations",
      gives: .items(.fields("Invitation", OneTimeLink.fields)), needsToken: true
    ) { call in .items(try await call.market.invitations(for: call.caller)) { OneTimeLink.fields.write($0, into: &$1) } },
    .write(
      .post, "/api/v1/invitations", "invitations", "邀请人员", "invite somebody",
      body: Body("NewInvitation", Invitation.inputs), gives: .object(linkSchema)
    ) { call, work in
      let (link, secret) = try await work.invite(try call.input(Invitation.inputs))
      return .link(link, secret)
    },
    .end("/api/v1/invitations/{id}", "invitations", "撤回邀请", "take an invitation back", gives: .object(.status)) { call, work in
      try await work.withdrawInvitation(try call.id(of: OneTimeLink.self, Phrase("邀请", "invitation")))
      return .status("withdrawn")
    },
  ]
}
