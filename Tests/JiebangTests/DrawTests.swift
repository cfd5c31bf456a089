import Foundation
import TestSupport
import Testing

/// A draw checked by whoever has downloaded its record.
@Suite struct DrawTests {
  /// Draws by the published method, in another language.
  private static let script = """
    import hashlib, json
    h = lambda t: hashlib.sha256(t.encode()).hexdigest()
    panel, seed = "pan_01J00000000000000000000000", h("seed")
    kind = {f"exp_01J000000000000000000000{n:02}": "industry" if n < 4 else "other" for n in range(9)}
    order = sorted(kind, key=lambda e: h(f"{seed}||{panel}|{e}"))
    seats = []
    for e in order:
        if len(seats) < 5 and (kind[e] == "industry" or sum(kind[s] == "other" for s in seats) < 3): seats.append(e)
    print(json.dumps({"panel": panel, "hash": "sha256", "size": 5, "industry_seats": 2, "seed": seed, "outside_value": None,
        "pool_digest": h("".join(f"{e} {kind[e]}\\n" for e in sorted(kind))),
        "pool": [{"expert": e, "industry": kind[e] == "industry", "ticket": h(f"{seed}||{panel}|{e}"),
                  "status": "accepted" if e in seats else "waiting"} for e in order]}))
    """

  @Test func a_record_is_drawn_again_without_a_database_and_a_forged_one_is_named() async throws {
    let made = try await Program("/usr/bin/env").run(["python3", "-c", Self.script])
    try #require(made.status == 0)
    try await Folder.with { folder in
      let good = try folder.write("draw.json", text: made.out)
      let fine = try await jiebang().run("panel", "verify", good)
      #expect(fine.status == 0 && fine.lines.first?.hasPrefix("✓ ") == true && fine.lines.count == 6)
      let forged = try folder.write(
        "forged.json", text: made.out.replacingOccurrences(of: "\"waiting\"", with: "\"accepted\""))
      let bad = try await jiebang().run("panel", "verify", forged)
      #expect(bad.status == 7 && bad.out.hasPrefix("✗ "))
    }
  }
}
