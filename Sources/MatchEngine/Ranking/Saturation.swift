/// How much a term's frequency counts in a document of a length (in average lengths).
enum Saturation {
  @inline(__always) static func value(_ frequency: Double, _ length: Double, _ tuning: Tuning) -> Double {
    let k = tuning.saturation
    return frequency * (k + 1) / (frequency + k * (1 - tuning.lengthShare + tuning.lengthShare * length))
  }
}
