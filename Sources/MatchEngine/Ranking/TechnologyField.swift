/// The eleven national technology fields of the technology-contract register.
public enum TechnologyField {
  private static let names = [
    "电子信息", "航空航天", "先进制造", "生物、医药和医疗器械", "新材料及其应用", "新能源与高效节能", "环境保护与资源综合利用",
    "核应用", "农业", "现代交通", "城市建设与社会发展",
  ]

  /// The field's name; `未知领域` outside 1…11.
  public static func name(_ field: UInt8) -> String {
    names.indices.contains(Int(field) - 1) ? names[Int(field) - 1] : "未知领域"
  }
}
