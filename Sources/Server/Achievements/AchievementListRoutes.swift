import Market

extension Route {
  private typealias Lists = ResourceRoutes<AchievementList>

  static let achievementLists: [Route] = [
    Lists.list,
    Lists.create { work, input in
      try await work.create(AchievementList.self, input, own: [("organisation", try work.ownHolder)])
    },
    Lists.one,
    Lists.patch,
    Lists.transitions,
    Lists.transition,
    Lists.items(),
  ]
}
