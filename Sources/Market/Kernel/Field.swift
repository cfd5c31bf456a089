/// One field of an object: its name in JSON and in the table, what it may hold, who writes it, and how it is shown.
/// From the list of an object's fields come its answers, the check of what is sent, its columns in a CSV file and its schema.
public struct Field<Object: Sendable>: Sendable {
  public enum Access: Sendable {
    /// The platform's own.
    case shown
    /// May be sent when the object is made or edited.
    case optional
    /// Must be sent when the object is made.
    case required
    /// Must be sent when the object is made and never changes.
    case fixed
    /// May be sent when the object is made and never changes.
    case fixedOptional
  }

  public let name: String
  public let type: FieldType
  public let access: Access
  public let isNullable: Bool
  public let doc: Phrase
  let write: @Sendable (Object, inout JSONWriter) -> Void

  public init(
    _ name: String, _ type: FieldType, _ access: Access, nullable: Bool = false, _ doc: Phrase,
    write: @escaping @Sendable (Object, inout JSONWriter) -> Void
  ) {
    (self.name, self.type, self.access, isNullable, self.doc, self.write) = (name, type, access, nullable, doc, write)
  }

  /// Writes the value alone.
  public func show(_ object: Object, in json: inout JSONWriter) { write(object, &json) }
  public var isWritable: Bool { access != .shown }
  /// What the column takes of an input: where there is a null, an empty text says no more than it.
  func stored(_ input: Input) -> FieldValue {
    let value = input[name]
    return isNullable && value == .text("") ? .null : value
  }
  public var input: InputField { InputField(name, type, required: access == .required || access == .fixed, doc) }
}

extension Field {
  /// How a value is read from the object: a key path literal, which becomes a plain call.
  public typealias Path<Value> = @Sendable (Object) -> Value

  public static func text(
    _ name: String, _ path: @escaping Path<String>, max: Int, _ access: Access, _ zh: String, _ en: String
  ) -> Field {
    Field(name, .text(max: max), access, Phrase(zh, en)) { $1.string(path($0)) }
  }
  public static func text(
    _ name: String, _ path: @escaping Path<String?>, max: Int, _ access: Access, _ zh: String, _ en: String
  ) -> Field {
    Field(name, .text(max: max), access, nullable: true, Phrase(zh, en)) { $1.string(path($0)) }
  }
  public static func code(
    _ name: String, _ path: @escaping Path<String>, _ words: [String], _ access: Access, _ zh: String, _ en: String
  ) -> Field {
    Field(name, .code(words), access, Phrase(zh, en)) { $1.string(path($0)) }
  }
  public static func code(
    _ name: String, _ path: @escaping Path<String?>, _ words: [String], _ access: Access, _ zh: String, _ en: String
  ) -> Field {
    Field(name, .code(words), access, nullable: true, Phrase(zh, en)) { $1.string(path($0)) }
  }
  public static func state<S: RawRepresentable<String> & CaseIterable & Sendable>(_ path: @escaping Path<S>) -> Field {
    Field("status", .code(S.allCases.map(\.rawValue)), .shown, Phrase("状态", "state")) { $1.string(path($0).rawValue) }
  }
  public static func integer(
    _ name: String, _ path: @escaping Path<Int>, _ range: ClosedRange<Int>, _ access: Access, _ zh: String, _ en: String
  ) -> Field {
    Field(name, .integer(range), access, Phrase(zh, en)) { $1.int(path($0)) }
  }
  public static func integer(
    _ name: String, _ path: @escaping Path<Int?>, _ range: ClosedRange<Int>, _ access: Access, _ zh: String,
    _ en: String
  ) -> Field {
    Field(name, .integer(range), access, nullable: true, Phrase(zh, en)) { object, json in
      if let value = path(object) { json.int(value) } else { json.null() }
    }
  }
  public static func money(_ name: String, _ path: @escaping Path<Money>, _ access: Access, _ zh: String, _ en: String)
    -> Field
  {
    Field(name, .money, access, Phrase(zh, en)) { $1.money(path($0)) }
  }
  public static func money(_ name: String, _ path: @escaping Path<Money?>, _ access: Access, _ zh: String, _ en: String)
    -> Field
  {
    Field(name, .money, access, nullable: true, Phrase(zh, en)) { object, json in
      if let value = path(object) { json.money(value) } else { json.null() }
    }
  }
  public static func date(
    _ name: String, _ path: @escaping Path<CivilDate>, _ access: Access, _ zh: String, _ en: String
  ) -> Field {
    Field(name, .date, access, Phrase(zh, en)) { $1.string(path($0).text) }
  }
  public static func date(
    _ name: String, _ path: @escaping Path<CivilDate?>, _ access: Access, _ zh: String, _ en: String
  ) -> Field {
    Field(name, .date, access, nullable: true, Phrase(zh, en)) { $1.string(path($0)?.text) }
  }
  public static func instant(_ name: String, _ path: @escaping Path<Instant>, _ zh: String, _ en: String) -> Field {
    Field(name, .instant, .shown, Phrase(zh, en)) { $1.instant(path($0)) }
  }
  public static func instant(_ name: String, _ path: @escaping Path<Instant?>, _ zh: String, _ en: String) -> Field {
    Field(name, .instant, .shown, nullable: true, Phrase(zh, en)) { object, json in
      if let value = path(object) { json.instant(value) } else { json.null() }
    }
  }
  public static func flag(
    _ name: String, _ path: @escaping Path<Bool>, _ access: Access, _ zh: String, _ en: String
  ) -> Field {
    Field(name, .flag, access, Phrase(zh, en)) { $1.bool(path($0)) }
  }
  public static func texts(
    _ name: String, _ path: @escaping Path<[String]>, maxItems: Int, max: Int, _ access: Access, _ zh: String,
    _ en: String
  ) -> Field {
    Field(name, .texts(maxItems: maxItems, max: max), access, Phrase(zh, en)) { $1.strings(path($0)) }
  }
  public static func codes(
    _ name: String, _ path: @escaping Path<[String]>, _ words: [String], _ access: Access, _ zh: String, _ en: String
  ) -> Field {
    Field(name, .codes(words), access, Phrase(zh, en)) { $1.strings(path($0)) }
  }
  /// Rows of checked fields; the object holds them as JSON.
  public static func records(
    _ name: String, _ path: @escaping Path<[UInt8]>, maxItems: Int, _ fields: [InputField], _ access: Access,
    _ zh: String, _ en: String
  ) -> Field {
    Field(name, .records(maxItems: maxItems, fields), access, Phrase(zh, en)) { $1.raw(path($0)) }
  }
  public static func flag(_ name: String, _ path: @escaping Path<Bool?>, _ access: Access, _ zh: String, _ en: String)
    -> Field
  {
    Field(name, .flag, access, nullable: true, Phrase(zh, en)) { object, json in
      if let value = path(object) { json.bool(value) } else { json.null() }
    }
  }
  public static func region(
    _ name: String, _ path: @escaping Path<String>, _ access: Access, _ zh: String, _ en: String
  ) -> Field {
    Field(name, .region, access, Phrase(zh, en)) { $1.string(path($0)) }
  }
  public static func reference<E>(
    _ name: String, _ path: @escaping Path<ID<E>>, _ access: Access, _ zh: String, _ en: String
  ) -> Field {
    Field(name, .reference(E.idPrefix), access, Phrase(zh, en)) { $1.string(path($0).text) }
  }
  public static func reference<E>(
    _ name: String, _ path: @escaping Path<ID<E>?>, _ access: Access, _ zh: String, _ en: String
  ) -> Field {
    Field(name, .reference(E.idPrefix), access, nullable: true, Phrase(zh, en)) { $1.string(path($0)?.text) }
  }
}

extension Array {
  /// Writes `object` as these fields show it.
  public func write<Object>(_ object: Object, without withheld: Set<String> = [], into json: inout JSONWriter)
  where Element == Field<Object> {
    json.object { json in
      for field in self where withheld.isEmpty || !withheld.contains(field.name) {
        json.key(field.name)
        field.write(object, &json)
      }
    }
  }
}
