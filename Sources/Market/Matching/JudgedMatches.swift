import MatchEngine
import Postgres

extension Matcher {
  /// What became of matches, as far as the weights of the ranking can be fitted to it: for each challenge its achievements with
  /// how far it went (declined 0, viewed 1, contacted 2, dealt 3). A no outweighs a look and a call, a deal outweighs a no.
  public func judged() async throws -> [MatchTuning.Judged] {
    let rows = try await market.database.query(
      """
      SELECT challenge, achievement,
        max(CASE kind WHEN 'dealt' THEN 4 WHEN 'declined' THEN 3 WHEN 'contacted' THEN 2 ELSE 1 END)
      FROM match_feedback GROUP BY challenge, achievement ORDER BY challenge, achievement
      """)
    var grades: [ID<Challenge>: [(ID<Achievement>, Int)]] = [:]
    for row in rows {
      let furthest: Int = try row.get(2)
      grades[try row.get(0), default: []].append((try row.get(1), furthest == 4 ? 3 : furthest == 3 ? 0 : furthest))
    }
    // What was dealt has left the market; it is judged as if it were there.
    var index = achievements()
    let absent = Set(grades.values.joined().map(\.0)).filter { !index.contains($0.bits) }
    index.apply(try await read(Achievement.self, Array(absent)).map { .put($0.matchDocument) })
    let challenges = try await read(Challenge.self, Array(grades.keys))
    return challenges.sorted { $0.id.bits < $1.id.bits }.map { challenge in
      let judged = grades[challenge.id, default: []]
      let features = index.features(challenge.matchQuery(nil), of: judged.map(\.0.bits))
      return MatchTuning.Judged(
        judged.compactMap { id, grade in features[id.bits].map { (features: $0, grade: grade) } })
    }
  }
}
