import Postgres

extension Organisation {
  public static let workflow = Workflow<Organisation>(
    .on(.unverified, do: .edit, by: .owner, .operator),
    .on(
      .unverified, do: .verify, to: .verified, by: .operator, needs: [.evidence], if: [.isIdentified], then: .verified),
    .on(.unverified, do: .verify, to: .verified, by: .system, needs: [.evidence], if: [.isIdentified], then: .verified),
    .on(.unverified, do: .reject, to: .rejected, by: .operator, needs: [.reason], then: .reason),
    .on(.unverified, do: .reject, to: .rejected, by: .system, needs: [.reason], then: .reason),
    .on(.rejected, do: .resubmit, to: .unverified, by: .owner),
    .on(.verified, do: .suspend, to: .suspended, by: .operator, .supervisor, needs: [.reason], then: .reason),
    .on(.suspended, do: .resume, to: .verified, by: .operator, .supervisor, needs: [.reason], then: .reason),
    .on(.verified, .rejected, do: .reopen, to: .unverified, by: .operator, needs: [.reason], then: .reason),
    // Real codes with wrong check digits exist. One person says so and why, another one looks again.
    .on(
      .unverified, do: .proposeCode, by: .operator, needs: [.code, .reason], if: [.isByAPerson, .isUnusualCode],
      then: .proposeCode),
    .on(
      .unverified, do: .confirmCode, by: .operator, if: [.isByAPerson, .hasProposedCode], apartFrom: .proposeCode,
      then: .confirmCode)
  )

  static let constraints: [String: Refusal] = [
    "organisations_uscc": .conflict(
      code: "duplicate_uscc", detail: Phrase("该统一社会信用代码已经登记", "this credit code is registered already")),
    "organisations_name_without_code": .conflict(
      code: "duplicate_name",
      detail: Phrase("同名且无信用代码的单位已经登记", "an organisation of this name without a credit code is registered already")),
    "organisations_region_fkey": .invalid([
      Issue(pointer: "/region", code: "unknown_region", detail: Phrase("行政区划代码不存在", "no such region"))
    ]),
    "organisations_code_fits_kind": .invalid([
      Issue(
        pointer: "/uscc", code: "kind_mismatch",
        detail: Phrase(
          "信用代码前两位(登记管理部门和机构类别)与单位类别不符", "the first two characters of the code are not those of this kind of organisation"))
    ]),
    "organisations_country": .invalid([
      Issue(pointer: "/country", code: "bad_country", detail: Phrase("应为两位大写字母的国家代码", "two capital letters, ISO 3166"))
    ]),
    "organisations_foreign": .invalid([
      Issue(
        pointer: "/country", code: "foreign_party",
        detail: Phrase(
          "境外单位没有统一社会信用代码,地区填 990000;境内单位不填境外登记号",
          "a foreign party has no credit code and the region 990000; a domestic one has no number abroad"))
    ]),
    "organisations_abroad": .invalid([
      Issue(pointer: "/region", code: "abroad", detail: Phrase("990000 只用于境外单位", "990000 is for foreign parties"))
    ]),
    "organisations_override_by_two": .conflict(
      code: "two_people_needed", detail: Phrase("须由两人分别提出和确认", "one person proposes, another one confirms")),
  ]
}

extension InputField {
  static let evidence = InputField("evidence", .text(max: 500), Phrase("核验依据(证照、函件等)", "what the verification rests on"))
  static let code = InputField("uscc", .text(max: 18), Phrase("统一社会信用代码", "credit code"))
}

extension Guard<Organisation> {
  static let isIdentified = Guard(
    "not_identified", "须有统一社会信用代码;境外单位须有境外登记号", "a credit code is needed, or a foreign party's number abroad"
  ) { organisation, _ in organisation.creditCode != nil || organisation.foreignNumber != nil }

  static let isByAPerson = Guard("person_needed", "须由本人登录办理", "for a person who has signed in") { _, moment in
    moment.caller.person != nil
  }
  static let isUnusualCode = Guard(
    "usual_code", "应为 18 位、校验码不符的代码;校验码相符的直接填写", "a code of the right form whose check digits fail; any other is simply filled in",
    readsInput: true
  ) { _, moment in
    do throws(CreditCode.Defect) {
      _ = try CreditCode(moment.input.text("uscc") ?? "")
      return false
    } catch {
      return error != .form
    }
  }
  static let hasProposedCode = Guard("nothing_proposed", "没有待确认的代码", "no code waits for confirmation") {
    organisation, _ in organisation.proposedCode != nil
  }
}

extension Effect<Organisation> {
  static let verified = Effect(set: { _, moment in
    "evidence = \(moment.input.text("evidence")), verified_at = \(moment.now), reason = NULL"
  })
  static let proposeCode = Effect(set: { _, moment in
    """
    proposed_uscc = \(moment.input.text("uscc")), proposed_by = \(moment.caller.person), reason = \(moment.input.text("reason"))
    """
  })
  static let confirmCode = Effect(set: { _, moment in
    "uscc = proposed_uscc, uscc_override = true, proposed_uscc = NULL, confirmed_by = \(moment.caller.person)"
  })
}
