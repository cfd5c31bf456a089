import Foundation
import Market
import Postgres
import TestSupport
import Testing

@Suite struct CSVTests {
  @Test func quotes_commas_and_line_ends_belong_to_their_cell() throws {
    let csv = try CSV(Array("\u{FEFF}a,b,c\r\n\"x,y\",\"say \"\"hi\"\"\",\"two\r\nlines\"\r\n1,,\"\"\r\n".utf8))
    #expect(csv.header == ["a", "b", "c"])
    #expect(csv.rows.map(\.cells) == [["x,y", "say \"hi\"", "two\r\nlines"], ["1", "", ""]])
    #expect(csv.rows.map(\.number) == [2, 3])
  }

  @Test func blank_lines_are_passed_over_and_counted() throws {
    let csv = try CSV(Array("\n\na,b\n1,2\n\n,\n3,4".utf8))
    #expect(csv.header == ["a", "b"])
    #expect(csv.rows.map(\.cells) == [["1", "2"], ["3", "4"]])
    #expect(csv.rows.map(\.number) == [4, 7])
  }

  @Test func a_file_that_cannot_be_read_says_why() {
    // 桂林 in GBK.
    #expect(throws: CSV.Defect.encoding) { try CSV(Array("title\n".utf8) + [0xB9, 0xF0, 0xC1, 0xD6]) }
    #expect(throws: CSV.Defect.empty) { try CSV([]) }
    #expect(throws: CSV.Defect.empty) { try CSV(Array("\u{FEFF}\r\n\r\n".utf8)) }
    #expect(throws: CSV.Defect.openQuote(row: 2)) { try CSV(Array("a\n\"b".utf8)) }
    #expect(throws: CSV.Defect.doubledColumn("a")) { try CSV(Array("a,b,a\n1,2,3".utf8)) }
  }

  @Test(arguments: [
    ("=1+1", "'=1+1"), ("+86", "+86"), ("-5", "-5"), ("-5℃", "'-5℃"), ("@sum", "'@sum"), ("\t=1", "'\t=1"),
    ("1=1", "1=1"), ("", ""),
    ("'=1", "''=1"), ("'tis", "'tis"), ("a,b", "\"a,b\""), ("=a,\"b\"", "\"'=a,\"\"b\"\"\""),
  ])
  func what_a_spreadsheet_would_run_is_defused_and_comes_back_as_it_was(text: String, cell: String) throws {
    #expect(CSV.cell(text) == cell)
    let read = try CSV(Array("h\n\(cell),end".utf8)).rows
    if !text.isEmpty { #expect(read.first.map { CSV.text(of: $0.cells[0]) } == text) }
  }

  @Test func random_tables_come_back_as_they_were_and_as_python_reads_them() throws {
    let alphabet = Array("ab,\"\n\r;' 成果é👍=+-\t")
    func cell() -> String { String((0..<Int.random(in: 0..<6)).map { _ in alphabet.randomElement()! }) }
    var ours: [[[String]]] = [], texts: [String] = []
    for _ in 0..<200 {
      // The first cell says something in every row: a row of nothing is no row.
      let table = (0..<Int.random(in: 1..<6)).map { row in ["r\(row)"] + (0..<3).map { _ in cell() } }
      let lineEnd = ["\n", "\r\n"].randomElement()!
      let text =
        (["h,a,b,c"] + table.map { $0.map(CSV.cell).joined(separator: ",") }).joined(separator: lineEnd) + lineEnd
      let read = try CSV(Array(text.utf8)).rows
      #expect(read.map { $0.cells.map(CSV.text) } == table)
      ours.append(read.map(\.cells))
      texts.append(text)
    }
    let program = """
      import csv, io, json, sys
      texts = json.loads(sys.stdin.buffer.read())
      print(json.dumps([list(csv.reader(io.StringIO(t, newline='')))[1:] for t in texts]))
      """
    guard let answer = try Python.run(program, input: Array(try JSONEncoder().encode(texts))) else { return }
    #expect(try JSONDecoder().decode([[[String]]].self, from: Data(answer)) == ours)
  }
}
