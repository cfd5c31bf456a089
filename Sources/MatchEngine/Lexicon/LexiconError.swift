/// Why a lexicon file was refused. Rows count from 1, the header being row 1.
public enum LexiconError: Error, Sendable, Equatable {
  /// A quoted cell that never ends.
  case unclosedQuote(row: Int)
  /// The header lacks this column.
  case missingColumn(String)
  /// A row with more or fewer cells than the header.
  case wrongWidth(row: Int, cells: Int, expected: Int)
  /// A row without a term.
  case emptyTerm(row: Int)
  /// A term that an earlier row has.
  case duplicateTerm(row: Int, term: String)
  /// A name that already stands for another term.
  case duplicateSynonym(row: Int, synonym: String, of: String)
  /// A parent that no row has.
  case unknownParent(row: Int, parent: String)
  /// A chain of parents that comes back to this term.
  case circle(row: Int, term: String)
  /// A field that is not 1…11 or empty.
  case unknownField(row: Int, field: String)
  /// A weight that there is not, or that an earlier row has.
  case unknownWeight(row: Int, name: String)
  /// A weight that is no number or outside its range.
  case weightOutOfRange(row: Int, name: String)
  /// A weight that no row has.
  case missingWeight(String)
}
