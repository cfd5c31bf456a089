import MatchEngine
import Synchronization

/// All that waits, in memory: published challenges and active wishes, by what they wait for. Read from the tables at the start,
/// kept up from the log, weighed anew when the index has doubled since.
struct StandingWishes: Sendable {
  /// What waits for achievements, and what waits for challenges.
  var forAchievements: StandingQueries
  var forChallenges: StandingQueries
  /// How many documents the weights were taken from.
  private var weighed = (achievements: 0, challenges: 0)

  init(_ lexicon: Lexicon) {
    forAchievements = StandingQueries(lexicon: lexicon)
    forChallenges = StandingQueries(lexicon: lexicon)
  }

  /// Takes wishes as they are now: the active ones wait, the others do not.
  mutating func put(
    _ wishes: [Wish], _ challenges: [Challenge], _ achievementIndex: MatchIndex, _ challengeIndex: MatchIndex
  ) {
    for wish in wishes where wish.state != .active {
      forAchievements.remove(wish.id.bits)
      forChallenges.remove(wish.id.bits)
    }
    for challenge in challenges where challenge.state != Challenge.matchedState {
      forAchievements.remove(challenge.id.bits)
    }
    let active = wishes.filter { $0.state == .active }
    forAchievements.put(
      active.filter { $0.seeks == Achievement.kind }.map(\.standing)
        + challenges.filter { $0.state == Challenge.matchedState }.map(\.standing), weighedBy: achievementIndex)
    forChallenges.put(active.filter { $0.seeks == Challenge.kind }.map(\.standing), weighedBy: challengeIndex)
    reweigh(achievementIndex, challengeIndex)
  }

  private mutating func reweigh(_ achievementIndex: MatchIndex, _ challengeIndex: MatchIndex) {
    if achievementIndex.count >= 2 * max(1, weighed.achievements) {
      forAchievements.reweigh(by: achievementIndex)
      weighed.achievements = achievementIndex.count
    }
    if challengeIndex.count >= 2 * max(1, weighed.challenges) {
      forChallenges.reweigh(by: challengeIndex)
      weighed.challenges = challengeIndex.count
    }
  }
}

extension Matcher {
  /// Reads all that waits. What changes meanwhile is in the log behind the indexes' place and is read again from there.
  func loadStanding() async throws {
    let now = state.withLock { $0 }
    var waiting = StandingWishes(lexicon)
    for try await page in market.pages(Wish.self, in: .active) {
      waiting.put(page, [], now.achievements, now.challenges)
    }
    for try await page in market.pages(Challenge.self, in: Challenge.matchedState) {
      waiting.put([], page, now.achievements, now.challenges)
    }
    let loaded = waiting
    standing.withLock { $0 = loaded }
  }
}
