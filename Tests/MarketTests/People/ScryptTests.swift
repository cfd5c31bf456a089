import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Market

@Suite struct ScryptTests {
  @Test(arguments: [
    (
      "", "", Scrypt(cost: 4, blocks: 1, passes: 1),
      "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
    ),
    (
      "password", "NaCl", Scrypt(cost: 10, blocks: 8, passes: 16),
      "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
    ),
    (
      "pleaseletmein", "SodiumChloride", Scrypt(cost: 14, blocks: 8, passes: 1),
      "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
    ),
  ])
  func the_vectors_of_rfc_7914_come_out(password: String, salt: String, scrypt: Scrypt, key: String) throws {
    #expect(try scrypt.derive(Array(password.utf8), salt: Array(salt.utf8), count: 64).hex == key)
  }

  @Test func a_kept_password_is_what_another_implementation_computes() throws {
    let password = "柑橘 orchard 7", hash = try PasswordHash(password, Scrypt(cost: 12))
    let program = """
      import sys, hashlib, base64
      _, name, numbers, salt, key = sys.stdin.buffer.readline().decode().strip().split('$')
      n = dict(p.split('=') for p in numbers.split(','))
      pad = lambda t: base64.b64decode(t + '=' * (-len(t) % 4), validate=True)
      made = hashlib.scrypt('\(password)'.encode(), salt=pad(salt), n=2 ** int(n['ln']), r=int(n['r']), p=int(n['p']), dklen=32)
      print(name, made == pad(key))
      """
    let said = try Python.run(program, input: Array(hash.phc.utf8))
    if let said { #expect(String(decoding: said, as: UTF8.self) == "scrypt True\n") }
    let read = try #require(PasswordHash(phc: hash.phc))
    #expect(read.phc == hash.phc && read.scrypt == Scrypt(cost: 12))
    #expect(try read.matches(password))
    #expect(try !read.matches(password + " "))
  }

  @Test(arguments: [
    "", "$scrypt$", "$argon2id$ln=4,r=8,p=1$AAAA$AAAA", "$scrypt$ln=4,r=8$AAAA$AAAA", "$scrypt$ln=x,r=8,p=1$AAAA$AAAA",
    "$scrypt$ln=4,r=8,p=1$AAAA$AAAA", "scrypt$ln=4,r=8,p=1$AAAA$AAAA", "$scrypt$ln=4,r=8,p=1,q=1$AAAA$AAAA",
  ])
  func what_is_no_hash_of_ours_is_not_read(text: String) { #expect(PasswordHash(phc: text) == nil) }

  @Test func no_more_than_two_are_computed_at_once_and_a_full_queue_sends_away() async throws {
    let hasher = PasswordHasher(Scrypt(cost: 13))
    let many = PasswordHasher.atOnce + PasswordHasher.longestQueue
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for i in 0..<many * 2 {
        group.addTask {
          do {
            _ = try await hasher.hash("password \(i)")
            return true
          } catch Refusal.busy {
            return false
          } catch {
            Testing.Issue.record("\(error)")
            return false
          }
        }
      }
      return await group.reduce(into: [Bool]()) { $0.append($1) }
    }
    #expect(hasher.mostAtOnce == 2)
    #expect(outcomes.count { $0 } >= many && outcomes.contains(false), "some are computed, some are sent away")
    #expect(try await hasher.matches("x", try PasswordHash("x", .cheap)), "and afterwards it is as before")
  }

  @Test func a_password_of_nobody_is_never_right() async throws {
    let hasher = PasswordHasher(.cheap)
    #expect(try await hasher.matches("", nil) == false)
    #expect(try await hasher.matches("x", nil) == false)
  }

  @Test func a_production_database_does_not_lower_the_cost() async throws {
    try await TestDatabase.with { database in
      #expect(try await Market(database, scrypt: .cheap).passwords.scrypt == .cheap)
      _ = try await database.execute("UPDATE deployment SET purpose = 'production'")
      #expect(try await Market(database, scrypt: .cheap).passwords.scrypt == .standard)
    }
  }
}
