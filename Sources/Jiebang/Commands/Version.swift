import ArgumentParser
import Server

struct Version: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "版本 · what this is", discussion: "jiebang version")

  func run() { Console.out("jiebang \(Product.version)") }
}
