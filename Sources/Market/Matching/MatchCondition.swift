import MatchEngine

/// A hard condition of a match or a search: a query parameter, and what it asks of the facts. To add one, add a row.
public struct MatchCondition: Sendable {
  public let name: String
  public let type: FieldType
  public let doc: Phrase
  let apply: @Sendable ([FieldValue], inout MatchFilter) -> Void

  public static let all: [MatchCondition] = [
    MatchCondition(name: "field", type: .code(TechnologyField.codes), doc: Phrase("技术领域", "technology field")) {
      values, filter in
      filter.fields = Set(values.compactMap(\.text).compactMap { UInt8($0) })
    },
    MatchCondition(
      name: "region", type: .region, doc: Phrase("地区,省市代码含其下级", "region; a province or a city takes in what lies in it")
    ) {
      $1.regions = $0.compactMap(\.text).compactMap { UInt32($0) }
    },
    MatchCondition(name: "trl_min", type: .integer(1...9), doc: Phrase("技术就绪度不低于", "readiness of at least")) {
      $1.minimumMaturity = UInt8($0.first?.integer ?? 0)
    },
    MatchCondition(
      name: "price_min", type: .integer(0...Int(Money.ceiling / 100)),
      doc: Phrase("价格或预算不低于(元)", "price or budget of at least, in yuan")
    ) {
      $1.minimumPrice = $0.first?.integer.map { Int64($0) * 100 }
    },
    MatchCondition(
      name: "price_max", type: .integer(0...Int(Money.ceiling / 100)),
      doc: Phrase("价格或预算不高于(元)", "price or budget of at most, in yuan")
    ) {
      $1.maximumPrice = $0.first?.integer.map { Int64($0) * 100 }
    },
    MatchCondition(
      name: "transfer_mode", type: .code(Achievement.transferModes), doc: Phrase("转化方式", "way of transfer")
    ) {
      $1.modes = TransferModes.bits($0.compactMap(\.text))
    },
    MatchCondition(name: "holder_kind", type: .code(Organisation.kinds), doc: Phrase("持有单位类别", "kind of holder")) {
      $1.holderKinds = Set($0.compactMap(\.text).map(HolderKind.code))
    },
  ]

  /// The conditions among query parameters; values are separated by commas. Nil when there is none.
  public static func filter(_ query: [String: String]) throws(Refusal) -> MatchFilter? {
    var filter = MatchFilter()
    for condition in all {
      guard let text = query[condition.name] else { continue }
      var values: [FieldValue] = []
      for part in text.split(separator: ",") {
        switch condition.type.parse(cell: String(part)) {
        case .success(let value): values.append(value)
        case .failure(let defect): throw .badParameter(name: condition.name, detail: defect.detail)
        }
      }
      guard !values.isEmpty else {
        throw .badParameter(name: condition.name, detail: Phrase("不能为空", "must not be empty"))
      }
      condition.apply(values, &filter)
    }
    return filter == MatchFilter() ? nil : filter
  }
}

extension FieldValue {
  fileprivate var text: String? { if case .text(let value) = self { value } else { nil } }
  fileprivate var integer: Int? { if case .integer(let value) = self { Int(value) } else { nil } }
}

/// Kinds of organisation as the engine's small numbers: 0 is unknown.
enum HolderKind {
  static func code(_ kind: String) -> UInt8 { UInt8((Organisation.kinds.firstIndex(of: kind) ?? -1) + 1) }
}
