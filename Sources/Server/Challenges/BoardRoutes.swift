import Market

extension Route {
  private typealias Boards = ResourceRoutes<ChallengeBoard>

  static let challengeBoards: [Route] = [
    Boards.list,
    Boards.create { work, input in
      guard work.caller.role == .operator else { throw Refusal.forbidden(needs: [Role.operator.rawValue]) }
      return try await work.create(ChallengeBoard.self, input, own: [("organisation", try work.ownOffice)])
    },
    Boards.one,
    Boards.patch,
    Boards.transitions,
    Boards.transition,
    Boards.items(),
  ]
}
