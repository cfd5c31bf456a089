/// Members of an object: a name and its value in one call.
extension JSONWriter {
  public mutating func string(_ name: String, _ value: String?) {
    key(name)
    string(value)
  }

  public mutating func strings(_ name: String, _ values: [String]) {
    key(name)
    strings(values)
  }

  public mutating func int(_ name: String, _ value: some BinaryInteger) {
    key(name)
    int(value)
  }

  public mutating func double(_ name: String, _ value: Double) {
    key(name)
    double(value)
  }

  public mutating func bool(_ name: String, _ value: Bool) {
    key(name)
    bool(value)
  }

  public mutating func instant(_ name: String, _ value: Instant) {
    key(name)
    instant(value)
  }

  public mutating func money(_ name: String, _ value: Money) {
    key(name)
    money(value)
  }

  public mutating func raw(_ name: String, _ json: some Sequence<UInt8>) {
    key(name)
    raw(json)
  }

  public mutating func value(_ name: String, _ value: FieldValue, as type: FieldType) {
    key(name)
    self.value(value, as: type)
  }

  public mutating func object(_ name: String, _ body: (inout JSONWriter) throws -> Void) rethrows {
    key(name)
    try object(body)
  }

  public mutating func array(_ name: String, _ body: (inout JSONWriter) throws -> Void) rethrows {
    key(name)
    try array(body)
  }
}
