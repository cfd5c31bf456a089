-- Bids before their opening: ciphertext of one size under a name that means nothing without a key that is not here.

-- The platform's own keys by what they are called; the secret halves are files outside the database.
CREATE TABLE platform_keys (
  id          text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{32}$'),
  purpose     text NOT NULL CHECK (purpose IN ('pseudonym', 'receipt', 'opening')),
  suite       text NOT NULL CHECK (suite IN ('sm', 'std')),
  public_key  bytea,
  created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK ((purpose = 'pseudonym') = (public_key IS NULL))
);
-- A second key would give every solver a second name.
CREATE UNIQUE INDEX platform_keys_one_pseudonym ON platform_keys (purpose) WHERE purpose = 'pseudonym';

-- The public halves of the keys of those whose office it is to open bids. A person keeps the other half.
CREATE TABLE officer_keys (
  id            uuid PRIMARY KEY,
  organisation  uuid NOT NULL REFERENCES organisations,
  role          text NOT NULL CHECK (role IN ('operator', 'supervisor')),
  person        uuid REFERENCES people,                           -- who holds it, where an account says so
  label         text NOT NULL CHECK (char_length(label) BETWEEN 1 AND 80),
  suite         text NOT NULL CHECK (suite IN ('sm', 'std')),
  public_key    bytea NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT market_now(),
  revoked_at    timestamptz,
  CONSTRAINT officer_keys_public_key UNIQUE (public_key)
);

-- Nobody holds two keys at a time, or one person could be both officers.
CREATE UNIQUE INDEX officer_keys_one_a_person ON officer_keys (person) WHERE revoked_at IS NULL;

-- How the bids on a challenge are sealed, settled when it is published.
ALTER TABLE challenges
  ADD COLUMN bid_seal text CHECK (bid_seal IN ('officers', 'server', 'commit_reveal')),
  ADD COLUMN opened_at timestamptz,
  ADD COLUMN prices_opened_at timestamptz,
  ADD COLUMN reveals_until timestamptz,
  ADD CONSTRAINT challenges_bid_seal CHECK (bid_seal <> 'server' OR mode = 'plain_demand');

CREATE TABLE bid_seals (
  challenge   uuid PRIMARY KEY REFERENCES challenges,
  id          uuid NOT NULL UNIQUE,
  kind        text NOT NULL CHECK (kind IN ('officers', 'server', 'commit_reveal')),
  suite       text NOT NULL CHECK (suite IN ('sm', 'std')),
  poster      bytea NOT NULL CHECK (octet_length(poster) = 32),   -- the poster's pseudonym: it may not bid
  created_at  timestamptz NOT NULL DEFAULT market_now()
);

-- A key pair an envelope. The private half is encrypted under the sum of the shares.
CREATE TABLE opening_keys (
  challenge    uuid NOT NULL REFERENCES bid_seals,
  envelope     text NOT NULL CHECK (envelope IN ('technical', 'financial')),
  public_key   bytea NOT NULL,
  private_key  bytea NOT NULL,
  PRIMARY KEY (challenge, envelope)
);

-- The shares, each encrypted to everyone of its role, and given back by one of them when the time has come.
CREATE TABLE opening_shares (
  challenge  uuid NOT NULL,
  envelope   text NOT NULL,
  role       text NOT NULL CHECK (role IN ('operator', 'supervisor', 'server')),
  key        text NOT NULL,                                       -- an officer's key, or one of the platform
  wrapped    bytea NOT NULL,
  digest     bytea NOT NULL CHECK (octet_length(digest) = 32),    -- tells a wrong share from the right one
  share      bytea CHECK (octet_length(share) = 32),
  given_at   timestamptz,
  given_by   uuid REFERENCES people,
  PRIMARY KEY (challenge, envelope, key),
  FOREIGN KEY (challenge, envelope) REFERENCES opening_keys,
  CHECK ((share IS NULL) = (given_at IS NULL))
);
CREATE UNIQUE INDEX opening_shares_one_a_role ON opening_shares (challenge, envelope, role) WHERE share IS NOT NULL;

CREATE TABLE sealed_bids (
  id           uuid PRIMARY KEY,
  challenge    uuid NOT NULL,   -- no foreign key: checking it would leave a mark on the challenge's row
  pseudonym    bytea NOT NULL CHECK (octet_length(pseudonym) = 32),
  version      integer NOT NULL DEFAULT 1,
  technical    bytea CHECK (octet_length(technical) = 65536),
  financial    bytea CHECK (octet_length(financial) = 1024),
  commitment   bytea NOT NULL CHECK (octet_length(commitment) = 32),
  request_key  bytea NOT NULL CHECK (octet_length(request_key) = 32),  -- of the last request: a repetition finds its receipt
  request_tag  bytea NOT NULL CHECK (octet_length(request_tag) = 32),
  received_at  timestamptz NOT NULL,       -- set by the trigger below, never by the caller
  fault        text,                       -- why it could not be opened, known at the opening
  CONSTRAINT sealed_bids_one_per_solver UNIQUE (challenge, pseudonym),
  CONSTRAINT sealed_bids_whole CHECK ((technical IS NULL) = (financial IS NULL))
);
ALTER TABLE sealed_bids ALTER technical SET STORAGE EXTERNAL, ALTER financial SET STORAGE EXTERNAL;

-- Bids pass the gate of their challenge side by side; closing it waits for those inside and lets nobody in. A lock in memory:
-- one on the challenge's row would leave a mark there that tells of a bid.
CREATE FUNCTION bid_gate(challenge uuid) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT hashtextextended('bids ' || challenge::text, 0)
$$;

CREATE FUNCTION close_bid_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(bid_gate(OLD.id));
  RETURN NEW;
END $$;
CREATE TRIGGER challenges_close_bid_gate BEFORE UPDATE OF status, closes_at ON challenges
  FOR EACH ROW WHEN (OLD.status = 'published') EXECUTE FUNCTION close_bid_gate();

-- The deadline bites in the database: the instant that is stored is the instant that is compared.
CREATE FUNCTION sealed_bids_before_deadline() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  row sealed_bids := coalesce(NEW, OLD);
  now timestamptz;
  c record;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(bid_gate(row.challenge));
  SELECT status, closes_at, reveals_until, poster INTO c
    FROM challenges JOIN bid_seals ON bid_seals.challenge = challenges.id WHERE challenges.id = row.challenge;
  now := market_now();
  IF TG_OP = 'DELETE' THEN
    -- What is left of a challenge that was called off.
    IF c.status = 'cancelled' THEN RETURN OLD; END IF;
  ELSIF TG_OP = 'UPDATE' AND OLD.technical IS NULL AND NEW.technical IS NOT NULL AND NEW.commitment = OLD.commitment THEN
    IF c.status = 'closed' AND now >= c.closes_at AND now < c.reveals_until THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not the time to reveal' USING ERRCODE = 'check_violation', CONSTRAINT = 'sealed_bids_reveal_window';
  END IF;
  IF c.status IS DISTINCT FROM 'published' OR now >= c.closes_at THEN
    RAISE EXCEPTION 'challenge is closed to bids' USING ERRCODE = 'check_violation', CONSTRAINT = 'sealed_bids_before_deadline';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  IF c.poster = NEW.pseudonym THEN
    RAISE EXCEPTION 'a poster cannot bid on its own challenge' USING ERRCODE = 'check_violation', CONSTRAINT = 'bids_not_by_poster';
  END IF;
  NEW.received_at := now;
  RETURN NEW;
END $$;
CREATE TRIGGER sealed_bids_before_deadline BEFORE INSERT OR DELETE ON sealed_bids
  FOR EACH ROW EXECUTE FUNCTION sealed_bids_before_deadline();
CREATE TRIGGER sealed_bids_replaced_before_deadline
  BEFORE UPDATE OF id, challenge, pseudonym, technical, financial, commitment, received_at ON sealed_bids
  FOR EACH ROW EXECUTE FUNCTION sealed_bids_before_deadline();

-- Promises that were not shown in their time are left out by the clock.
ALTER TABLE challenges ADD COLUMN opening_due timestamptz
  GENERATED ALWAYS AS (CASE WHEN status = 'closed' AND opened_at IS NULL THEN reveals_until END) STORED;
CREATE TRIGGER challenges_opening_due AFTER INSERT OR UPDATE OF opening_due ON challenges
  FOR EACH ROW EXECUTE FUNCTION keep_due('challenge.open', 'opening_due');
ALTER TABLE challenges ENABLE ALWAYS TRIGGER challenges_opening_due;
