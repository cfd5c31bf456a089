import ArgumentParser
import Market

extension ValidationError {
  /// What is wrong with the command line, in the reader's language; the exit code is 64.
  init(_ phrase: Phrase) { self.init(Console.pick(phrase)) }
}
