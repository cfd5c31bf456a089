import Foundation

/// Somebody else's implementation to compare with. Where it is not installed a test says so and asserts less.
public enum Python {
  /// Runs a program with `input`.
  /// - Returns: what it printed; nil when there is no `python3`, or it lacks one of `modules`.
  public static func run(_ program: String, input: [UInt8], modules: [String] = []) throws -> [UInt8]? {
    let asked = modules.map { "import \($0)" }.joined(separator: "\n")
    guard let found = try start(["-c", asked], input: []), found.status == 0 else {
      print("python3 with \(modules) is not installed: the comparison with it is left out")
      return nil
    }
    guard let answer = try start(["-c", program], input: input) else { return nil }
    guard answer.status == 0 else {
      throw Failed(status: answer.status, output: String(decoding: answer.output, as: UTF8.self))
    }
    return answer.output
  }

  struct Failed: Error {
    let status: Int32
    let output: String
  }

  private static func start(_ arguments: [String], input: [UInt8]) throws -> (status: Int32, output: [UInt8])? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    let file = NSTemporaryDirectory() + "/jiebang-python-" + UUID().uuidString
    try Data(input).write(to: URL(fileURLWithPath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    process.standardInput = FileHandle(forReadingAtPath: file)
    // A file and not a pipe: a read that a signal interrupts ends the whole run in Foundation's hands.
    let answer = file + ".out"
    _ = FileManager.default.createFile(atPath: answer, contents: nil)
    defer { try? FileManager.default.removeItem(atPath: answer) }
    process.standardOutput = FileHandle(forWritingAtPath: answer)
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    process.waitUntilExit()
    let bytes = FileManager.default.contents(atPath: answer) ?? Data()
    return (process.terminationStatus, Array(bytes))
  }
}
