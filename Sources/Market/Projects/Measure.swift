import Postgres

/// 实测: what one indicator came to, how that was found out, and by whom.
public enum Measure {
  public static let inputs: [InputField] = [
    InputField("indicator", .integer(1...60), Phrase("第几项指标", "which indicator, counted from 1")),
    InputField("value", .text(max: 60), Phrase("实测值", "measured value")),
    InputField("method", .text(max: 300), Phrase("检测方法", "method")),
    InputField("evidence", .text(max: 500), Phrase("佐证材料(文件编号)", "reference of the evidence")),
    InputField("measured_by", .text(max: 120), Phrase("检测单位名称", "who measured it")),
    InputField(
      "measured_by_organisation", .reference(Organisation.idPrefix), required: false,
      Phrase("检测单位标识(如已入驻)", "its id, where it is on the platform")),
  ]
  static let results = InputField("results", .records(maxItems: 60, inputs), Phrase("各项指标实测结果", "what was measured"))

  /// Whether every one of so many indicators was measured, and none that is not there.
  static func covers(_ json: [UInt8], _ indicators: Int) -> Bool {
    let measured = rows(json).compactMap { $0["indicator"]?.number.flatMap { Int(exactly: $0) } }
    return measured.count == Set(measured).count && indicators > 0 && Set(measured) == Set(1...indicators)
  }

  /// Whether so many of a hundred measures are somebody else's than the solver's side's.
  static func isIndependent(_ json: [UInt8], of side: SolverSide, share: Int) -> Bool {
    let all = rows(json)
    let others = all.filter { row in
      if let id = row["measured_by_organisation"]?.string.flatMap({ ID<Organisation>($0) }) {
        return !side.contains(id)
      }
      return row["measured_by"]?.string.map { !side.contains($0) } ?? false
    }
    return others.count * 100 >= all.count * share
  }

  private static func rows(_ json: [UInt8]) -> [JSONValue] { JSONValue.parse(json)?.array ?? [] }
}

/// What is judged by measures: a milestone, and the whole project in the end.
protocol Measured: Sendable {
  var side: SolverSide { get }
  var region: String { get }
  /// JSON rows, numbered from 1 in their order.
  var indicators: [UInt8] { get }
}
extension Project: Measured {}
extension Milestone: Measured {}

extension Guard where Object: Measured {
  static var isMeasured: [Guard] {
    [
      Guard("not_measured", "须逐项给出全部指标的实测结果", "every indicator is to be measured, once", readsInput: true) {
        object, moment in
        let count = JSONValue.parse(object.indicators)?.array?.count ?? 0
        return Measure.covers(moment.input.records("results") ?? [], count)
      },
      Guard(
        "not_independent", "由承担方以外单位测定的指标少于规则要求", "too few were measured by somebody other than the solver",
        readsInput: true
      ) { object, moment in
        guard let share = moment.number(.independentShareMinimum, in: object.region) else { return false }
        return Measure.isIndependent(moment.input.records("results") ?? [], of: object.side, share: share)
      },
    ]
  }
}
