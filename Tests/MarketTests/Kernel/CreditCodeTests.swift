import Market
import Testing

@Suite struct CreditCodeTests {
  @Test(arguments: [
    "91110108551385082Q", "91110000101623741K", "91110000600037341L", "12100000400000624D", "91450300100RX9PKX0",
  ])
  func a_code_with_both_checks_right_is_taken_as_it_stands(code: String) throws {
    #expect(try CreditCode(code).text == code)
  }

  @Test func the_last_character_that_should_stand_there_is_named() {
    #expect(throws: CreditCode.Defect.check(expected: "Q")) { try CreditCode("91110108551385082P") }
    #expect(throws: CreditCode.Defect.check(expected: "R")) { try CreditCode("91350211M0000XUF46") }
    // The sum is a multiple of 31: the check is 0, not the character after the last.
    #expect(throws: CreditCode.Defect.check(expected: "0")) { try CreditCode("91450300100RX9PKXY") }
  }

  @Test func the_organisation_part_has_a_check_of_its_own() {
    #expect(throws: CreditCode.Defect.organisationCheck(expected: "4")) { try CreditCode("91310115MA1H8R7C6D") }
    #expect(throws: CreditCode.Defect.organisationCheck(expected: "X")) { try CreditCode("91450300100RX9PK10") }
  }

  @Test(arguments: [
    "", "9111010855138508", "91110108551385082", "91110108551385082QQ", "9111010I551385082Q", "91110108551385O82Q",
    "9111A108551385082Q", "91110108551385082q", "\u{FF19}1110108551385082Q", " 91110108551385082Q",
  ])
  func what_has_not_eighteen_characters_of_the_alphabet_in_their_places_has_no_form(text: String) {
    #expect(throws: CreditCode.Defect.form) { try CreditCode(text) }
  }

  /// Both checks find every single wrong character: they are made for that.
  @Test func no_single_wrong_character_goes_unseen() throws {
    let right = Array("91110108551385082Q")
    for place in right.indices {
      for wrong in "0123456789ABCDEFGHJKLMNPQRTUWXY" where wrong != right[place] {
        var code = right
        code[place] = wrong
        #expect(throws: CreditCode.Defect.self, "\(String(code))") { try CreditCode(String(code)) }
      }
    }
  }
}
