/// What can be read from a CSV file: an object whose rows also name the organisation they belong to.
public protocol Importable: MarketObject {
  /// The column that names the organisation: `holder` or `poster`.
  static var ownerColumn: String { get }
  /// What the file calls the kind of that organisation.
  static var ownerKindColumn: String { get }
}

extension Achievement: Importable {
  public static let ownerColumn = "holder"
  public static let ownerKindColumn = "holder_kind"
}

extension Challenge: Importable {
  public static let ownerColumn = "poster"
  public static let ownerKindColumn = "poster_kind"
}

extension Importable {
  /// Every column a file may have, in the order in which an export writes them.
  public static var csvColumns: [(name: String, type: FieldType, isRequired: Bool, doc: Phrase)] {
    [
      (ownerColumn, .text(max: 120), false, Phrase("单位名称", "organisation")),
      (ownerKindColumn, .code(Organisation.kinds), false, Phrase("单位类别", "kind of organisation")),
    ]
      + fields.filter { $0.isWritable && !$0.type.isRecords }.map {
        ($0.name, $0.type, $0.access == .required || $0.access == .fixed, $0.doc)
      }
  }
}
