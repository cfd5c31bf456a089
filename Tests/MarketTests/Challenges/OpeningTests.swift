import Postgres
import TestSupport
import Testing

@testable import Market

/// Two officers and the database's clock open bids; nobody and nothing less does.
@Suite struct OpeningTests {
  @Test(arguments: CipherSuite.allCases)
  func the_second_officer_opens_and_what_is_opened_is_what_the_receipts_say(suite: CipherSuite) async throws {
    try await TestDatabase.with { database in
      let world = try await World(database, keys: PlatformKeys(folder: nil, suite: suite))
      let challenge = try await world.challenge(.published, hasClosed: false, withBid: false).id
      var receipts: [Receipt] = []
      for party in [world.university, world.rival] {
        receipts.append(try await Self.place(World.offer, on: challenge, party, world).receipt)
      }
      #expect(receipts.allSatisfy { $0.suite == suite })
      try await world.advance(days: 30)
      let first = try await world.giveShare(world.officers[0], of: challenge)
      #expect(!first.isOpened && first.given == ["operator"])
      #expect(try await world.rowCounts()["bids"] == 0, "one alone opens nothing")
      let second = try await world.giveShare(world.officers[1], of: challenge)
      #expect(second.isOpened && second.given == ["operator", "supervisor"])
      let opened = try await world.market.find(challenge, for: .anonymous)
      #expect(opened.bidsReceived == 2 && opened.openedAt != nil && opened.pricesOpenedAt == nil)
      let mine = try await world.market.find(receipts[0].bid, for: world.university.caller)
      #expect(mine.plan == "示例方案" && mine.price == nil && mine.organisation == world.university.id)
      #expect(mine.receivedAt == receipts[0].receivedAt && mine.commitment == receipts[0].commitment.hex)
      let events = try await world.history(as: .anonymous).filter { $0.kind == "challenge" && $0.action == "open" }
      #expect(events.count == 1, "the opening is one event, for everybody")
      let said = JSONValue.parse(events.first?.payload ?? [])?["commitments"]?.array?.compactMap(\.string)
      #expect(said == receipts.map(\.commitment.hex))
      #expect(try await world.market.sealedBid(receipts[0].bid, for: world.university.caller).status == .opened)
    }
  }

  @Test func a_share_too_early_wrong_twice_from_the_wrong_office_or_of_a_revoked_key_opens_nothing() async throws {
    try await World.with { world in
      let made = try await world.challenge(.published, hasClosed: false)
      let share = try await Self.share(of: made.id, world), wrong = String(repeating: "00", count: 32)
      func input(_ share: String, _ officer: Int, _ envelope: Envelope = .technical) -> Input {
        Input([
          "envelope": .text(envelope.rawValue), "officer_key": .reference(world.officers[officer].key.id.bits),
          "share": .text(share),
        ])
      }
      func expect(_ word: String, _ input: Input, _ party: World.Party) async throws {
        let refused = try await refusal {
          _ = try await world.market.work(as: party.caller) { try await $0.giveShare(of: made.id, input) }
        }
        #expect(Self.word(refused) == word)
        #expect(try await world.market.find(made.id, for: .anonymous).openedAt == nil)
        #expect(try await world.rowCounts()["bids"] == 0)
      }
      try await expect("too_early", input(share, 0), world.operator)
      try await world.advance(days: 30)
      try await expect("wrong_share", input(wrong, 0), world.operator)
      try await expect("not_found", input(share, 0), world.supervisor)
      try await expect("forbidden", input(share, 0), world.university)
      try await expect("forbidden", input(share, 0), world.admin)
      try await expect("not_due", input(share, 0, .financial), world.operator)
      try await world.giveShare(world.officers[0], of: made.id)
      try await expect("share_given", input(share, 0), world.operator)
      #expect(try await world.market.revoke(world.officers[1].key.id))
      try await expect("not_found", input(wrong, 1), world.supervisor)
    }
  }

  @Test func a_share_alone_unlocks_nothing_even_past_all_code() async throws {
    try await World.with { world in
      let made = try await world.challenge(.published)
      try await world.giveShare(world.officers[0], of: made.id)
      let rows = try await world.market.database.query("SELECT share FROM opening_shares WHERE share IS NOT NULL")
      let alone = try rows.map { try $0.get(0, as: Bytea.self).bytes }
      #expect(alone.count == 1)
      let challenge = try await world.market.find(made.id, for: .system)
      await #expect(throws: CryptoError.notAuthentic) {
        try await world.market.work(as: .system) { try await $0.open(.technical, of: challenge, with: alone) }
      }
    }
  }

  @Test func a_second_officer_of_one_office_is_no_second_office() async throws {
    try await World.with { world in
      let secret = try SealingPrivateKey(.sm)
      let other = try await world.market.work(as: .system) {
        try await $0.register(secret.publicKey, for: world.operator.id, role: .operator, label: "示例替班")
      }
      let made = try await world.challenge(.published)
      try await world.giveShare(world.officers[0], of: made.id)
      let stand = World.Officer(key: other, secret: secret)
      let refused = try await refusal { try await world.giveShare(stand, of: made.id) }
      #expect(refused.conflictCode == "share_given")
      try await world.giveShare(world.officers[1], of: made.id)
      #expect(try await world.market.find(made.id, for: .anonymous).bidsReceived == 1)
    }
  }

  @Test func nothing_goes_on_the_board_while_an_office_has_no_key() async throws {
    try await World.with { world in
      let selected = try await world.challenge(.selected).id, noticed = try await world.challenge(.boardNotice).id
      #expect(try await world.market.revoke(world.officers[1].key.id))
      for (id, action) in [(selected, Challenge.Action.openNotice), (noticed, .publish)] {
        let refused = try await refusal { try await world.move(id, action, as: world.operator.caller) }
        #expect(refused.issues.map(\.code) == ["no_officers"])
      }
    }
  }

  @Test func what_cannot_be_opened_is_its_bidder_s_loss_and_is_named_with_its_reason() async throws {
    try await World.with { world in
      let challenge = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let elsewhere = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let bidders = try await DeadlineTests.bidders(6, world)
      let seal = try #require(try await world.market.seal(of: challenge))
      let other = try #require(try await world.market.seal(of: elsewhere))
      func content(_ caller: Caller, _ offer: Input = World.offer) -> BidContent {
        BidContent(offer, by: caller.organisation ?? ID())
      }
      func sealed(_ content: BidContent, under seal: BidSeal, on place: ID<Challenge>) throws -> Input {
        let both = try content.sealed(under: seal.keys, on: place)
        return Input([
          "technical": .text(Base64.encode(both.technical)), "financial": .text(Base64.encode(both.financial)),
        ])
      }
      let good = try sealed(content(bidders[0]), under: seal, on: challenge)
      let noise = Input([
        "technical": .text(Base64.encode(Crypto.random(65536))), "financial": .text(Base64.encode(Crypto.random(1024))),
      ])
      let offers = [
        good, noise, good, try sealed(content(bidders[3]), under: other, on: elsewhere),
        try sealed(content(bidders[4], Input(["plan": .text("")])), under: seal, on: challenge), World.offer,
      ]
      var ids: [ID<Bid>] = []
      for (bidder, offer) in zip(bidders, offers) {
        ids.append(try await world.market.work(as: bidder) { try await $0.placeBid(on: challenge, offer) }.receipt.bid)
      }
      // The owner of the database changes a byte of the last.
      try await world.place(
        "UPDATE sealed_bids SET financial = set_byte(financial, 7, get_byte(financial, 7) # 1) WHERE id = \(ids[5])")
      try await world.advance(days: 30)
      try await world.open(of: challenge)
      var faults: [String?] = []
      for (bidder, id) in zip(bidders, ids) {
        let bid = try await world.market.sealedBid(id, for: bidder)
        #expect(bid.status == (bid.fault == nil ? .opened : .invalid))
        faults.append(bid.fault)
      }
      #expect(
        faults == [nil, "not_decryptable", "not_the_bidder_s", "not_decryptable", "not_a_bid", "changed"])
      #expect(try await world.rowCounts()["bids"] == 1)
      #expect(try await world.market.find(challenge, for: .anonymous).bidsReceived == 6)
      let event = try await world.history(as: .anonymous).first { $0.action == "open" && $0.kind == "challenge" }
      #expect(JSONValue.parse(event?.payload ?? [])?["faults"]?.array?.count == 5)
    }
  }

  @Test func prices_open_in_a_second_act_and_only_for_those_past_the_technical_review() async throws {
    try await World.with { world in
      let challenge = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let good = try await Self.place(World.offer, on: challenge, world.university, world).receipt.bid
      let poor = try await Self.place(World.offer, on: challenge, world.rival, world).receipt.bid
      try await world.advance(days: 30)
      try await world.open(of: challenge)
      try await world.move(challenge, .evaluate, as: world.operator.caller)
      let unread = try await refusal { try await world.open(.financial, of: challenge) }
      #expect(unread.issues.map(\.code) == ["not_reviewed"])
      try await world.judged(challenge, [(good, "60.00"), (poor, "59.99")])
      try await world.open(.financial, of: challenge)
      let first = try await world.market.find(good, for: world.operator.caller)
      let second = try await world.market.find(poor, for: world.operator.caller)
      #expect(first.price == Money(fen: 80_000_000) && first.state == .opened)
      #expect(second.price == nil && second.state == .unqualified, "below the mark a price stays sealed for ever")
      let proposed = try await world.move(
        challenge, .propose, .object(["bids": .array([.string(good.text)])]), as: world.operator.caller)
      #expect(proposed.awards.first?.price == Money(fen: 80_000_000))
    }
  }

  @Test func a_promise_is_kept_in_its_time_or_not_at_all() async throws {
    try await World.with { world in
      let challenge = try await world.challenge(
        .published, hasClosed: false, withBid: false, seal: .commitReveal
      ).id
      let seal = try #require(try await world.market.seal(of: challenge))
      let clear = try await refusal { _ = try await Self.place(World.offer, on: challenge, world.university, world) }
      #expect(clear.conflictCode == "promise_only")
      func promise(_ party: World.Party) async throws -> (bid: ID<Bid>, reveal: Input) {
        let content = BidContent(World.offer, by: party.id), nonce = Crypto.random(32)
        let hash = Commitment.promised(
          technical: content.bytes(.technical), financial: content.bytes(.financial), nonce: nonce, on: challenge,
          seal.suite)
        let bid = try await Self.place(Input(["commitment": .text(hash.hex)]), on: challenge, party, world)
        #expect(bid.status == .promised && bid.receipt.commitment == hash)
        return (
          bid.receipt.bid,
          Input([
            "technical": .text(Base64.encode(content.bytes(.technical))),
            "financial": .text(Base64.encode(content.bytes(.financial))), "nonce": .text(Base64.encode(nonce)),
          ])
        )
      }
      let kept = try await promise(world.university), broken = try await promise(world.rival)
      @Sendable func reveal(_ bid: ID<Bid>, _ input: Input, _ party: World.Party) async throws {
        _ = try await world.market.work(as: party.caller) { try await $0.revealBid(bid, input) }
      }
      let early = try await refusal { try await reveal(kept.bid, kept.reveal, world.university) }
      #expect(early.conflictCode == "not_revealing")
      try await world.advance(days: 21)
      try await Clockwork(world.market).tick()
      let other = try await refusal { try await reveal(broken.bid, kept.reveal, world.rival) }
      #expect(other.issues.map(\.code) == ["promise_broken"])
      try await reveal(kept.bid, kept.reveal, world.university)
      #expect(try await world.rowCounts()["bids"] == 0, "nobody sees it while another may still reveal")
      try await world.advance(days: 2)
      let late = try await refusal { try await reveal(broken.bid, broken.reveal, world.rival) }
      #expect(late.conflictCode == "not_revealing")
      try await Clockwork(world.market).tick()
      #expect(try await world.market.find(kept.bid, for: world.operator.caller).plan == "示例方案")
      #expect(try await world.market.sealedBid(broken.bid, for: world.rival.caller).fault == "not_revealed")
      #expect(try await world.market.find(challenge, for: .anonymous).bidsReceived == 2)
    }
  }

  @Test func with_the_wrong_key_folder_nothing_is_opened_and_nobody_gets_a_second_name() async throws {
    try await World.with { world in
      let made = try await world.challenge(.published, isPlain: true)
      let stranger = try await Market(world.market.database, keys: PlatformKeys(folder: nil))
      await #expect(throws: PlatformKeys.Failure.self) {
        try await stranger.work(as: .system) { try await $0.move(made.id, .close, version: nil) }
      }
      await #expect(throws: PlatformKeys.Failure.self) {
        try await stranger.work(as: world.rival.caller) { try await $0.placeBid(on: made.id, World.offer) }
      }
      #expect(try await world.market.find(made.id, for: .anonymous).state == .published)
      try await world.move(made.id, .close, as: .system)
      let bid = try await world.market.find(made.bid, for: world.operator.caller)
      #expect(bid.price == Money(fen: 80_000_000), "a plain demand needs nobody")
    }
  }

  static func place(_ offer: Input, on challenge: ID<Challenge>, _ party: World.Party, _ world: World) async throws
    -> SealedBid
  {
    try await world.market.work(as: party.caller) { try await $0.placeBid(on: challenge, offer) }
  }

  /// The first officer's share, as the key file opens it.
  private static func share(of challenge: ID<Challenge>, _ world: World) async throws -> String {
    let shares = try await world.market.shares(of: challenge, for: world.operator.caller)
    #expect(shares.count == 2, "one an envelope")
    let wrapped = try #require(shares.first { $0.envelope == .technical })
    return try wrapped.open(with: world.officers[0].secret, on: challenge)
  }

  private static func word(_ refusal: Refusal) -> String {
    switch refusal {
    case .notFound: "not_found"
    case .forbidden: "forbidden"
    default: refusal.conflictCode ?? refusal.issues.first?.code ?? "\(refusal)"
    }
  }
}
