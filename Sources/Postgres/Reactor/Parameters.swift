import CLibPQ

extension SQL {
  /// Lends the bound values in the form libpq takes them, all in binary format.
  func withParameters<R>(
    _ body: (
      _ count: Int32, _ types: UnsafePointer<Oid>?, _ values: UnsafePointer<UnsafePointer<CChar>?>?,
      _ lengths: UnsafePointer<Int32>?, _ formats: UnsafePointer<Int32>?
    ) -> R
  ) -> R {
    let count = binds.count
    guard count > 0 else { return body(0, nil, nil, nil, nil) }
    return bytes.withUnsafeBytes { bytes in
      withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: count) { values in
        withUnsafeTemporaryAllocation(of: Oid.self, capacity: count) { types in
          withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * count) { numbers in
            for (index, bind) in binds.enumerated() {
              // A value without bytes needs an address all the same, or libpq takes it for NULL.
              let first = UnsafeRawPointer(bytes.baseAddress ?? UnsafeRawPointer(numbers.baseAddress!))
              let address = (first + bind.start).assumingMemoryBound(to: CChar.self)
              values.initializeElement(at: index, to: bind.length == nil ? nil : address)
              types.initializeElement(at: index, to: bind.type)
              numbers.initializeElement(at: index, to: Int32(truncatingIfNeeded: bind.length ?? 0))
              numbers.initializeElement(at: count + index, to: 1)
            }
            return body(
              Int32(truncatingIfNeeded: count), types.baseAddress, values.baseAddress, numbers.baseAddress,
              numbers.baseAddress.map { $0 + count })
          }
        }
      }
    }
  }
}
