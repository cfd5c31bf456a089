-- What the board still owed: joint bids, invitations, boards as processes of their own, and the months of what was released.

-- 1 + X + Y: what a joint bid has to be made of; nothing is asked where all three are left out.
ALTER TABLE challenges
  ADD COLUMN consortium_lead          text CHECK (consortium_lead IN ('university', 'enterprise')),
  ADD COLUMN consortium_universities  smallint NOT NULL DEFAULT 0 CHECK (consortium_universities BETWEEN 0 AND 20),
  ADD COLUMN consortium_enterprises   smallint NOT NULL DEFAULT 0 CHECK (consortium_enterprises BETWEEN 0 AND 20);

ALTER TABLE bids ADD COLUMN ip_terms text NOT NULL DEFAULT '' CHECK (char_length(ip_terms) <= 3000);

-- Who bids: the lead, which is the bidder, and the members of its consortium. Written at the opening; before it, all of this is
-- ciphertext.
CREATE TABLE bid_members (
  bid           uuid NOT NULL,
  challenge     uuid NOT NULL,
  organisation  uuid NOT NULL REFERENCES organisations,
  position      smallint NOT NULL CHECK (position >= 0),          -- 0 is the lead
  role          text NOT NULL CHECK (role ~ '^[a-z_]{1,40}$'),
  cost_percent  smallint NOT NULL CHECK (cost_percent BETWEEN 0 AND 100),
  tasks         text NOT NULL DEFAULT '' CHECK (char_length(tasks) <= 500),
  PRIMARY KEY (bid, position),
  FOREIGN KEY (bid, challenge) REFERENCES bids (id, challenge),
  CONSTRAINT bid_members_lead CHECK ((position = 0) = (role = 'lead')),
  -- Who bids for itself or with others does not bid a second time on the same challenge.
  CONSTRAINT bid_members_once UNIQUE (challenge, organisation)
);
CREATE INDEX bid_members_organisation ON bid_members (organisation);
CREATE TRIGGER bid_members_stay BEFORE UPDATE OR DELETE ON bid_members
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();

CREATE FUNCTION bid_members_share_all() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM written GROUP BY bid HAVING sum(cost_percent) <> 100 OR count(*) FILTER (WHERE position = 0) <> 1) THEN
    RAISE EXCEPTION 'the shares of a bid add up to 100' USING ERRCODE = 'check_violation', CONSTRAINT = 'bid_members_share_all';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER bid_members_share_all AFTER INSERT ON bid_members REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION bid_members_share_all();

-- How many bids on a challenge count. The number is everybody's once they are open; the bids are not.
CREATE FUNCTION valid_bids(of uuid) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT count(*) FROM bids WHERE challenge = valid_bids.of AND status <> 'invalid'
$$;

-- How ids are spelled outside the database, for what is put together inside it: 26 digits of Crockford's Base32.
CREATE FUNCTION ulid(id uuid) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + substring(bits FROM n FOR 5)::bit(5)::integer, 1), '' ORDER BY n)
  FROM (SELECT B'00' || ('x' || replace(id::text, '-', ''))::bit(128) AS bits) b, generate_series(1, 126, 5) n
$$;

-- An organisation is asked to look at a challenge that fits what it has. It may say why not; whether it bids shows nowhere before the
-- opening, least of all here.
CREATE TABLE challenge_invitations (
  id              uuid PRIMARY KEY,
  challenge       uuid NOT NULL REFERENCES challenges,
  organisation    uuid NOT NULL REFERENCES organisations,   -- who is invited
  inviter         uuid NOT NULL REFERENCES organisations,
  status          text NOT NULL DEFAULT 'sent' CHECK (status IN ('sent', 'declined', 'expired', 'withdrawn')),
  version         integer NOT NULL DEFAULT 1,
  rulebook        integer NOT NULL REFERENCES rulebooks,
  message         text NOT NULL CHECK (char_length(message) BETWEEN 1 AND 1000),
  match           jsonb,                                    -- the platform's own reasons at the time, if it had any
  reply_by        timestamptz NOT NULL,                     -- never after the challenge's own deadline: the trigger below
  decline_reason  text,
  comment         text NOT NULL DEFAULT '' CHECK (char_length(comment) <= 1000),
  reason          text,
  created_at      timestamptz NOT NULL DEFAULT market_now(),
  updated_at      timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT challenge_invitations_once UNIQUE (challenge, organisation),
  CONSTRAINT challenge_invitations_declined CHECK ((status = 'declined') = (decline_reason IS NOT NULL))
);
CREATE INDEX challenge_invitations_organisation ON challenge_invitations (organisation, id DESC);

CREATE FUNCTION challenge_invitations_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  c record;
BEGIN
  SELECT status, closes_at, organisation, solver, mode INTO c FROM challenges WHERE id = NEW.challenge FOR SHARE;
  IF c.status <> 'published' OR market_now() >= c.closes_at THEN
    RAISE EXCEPTION 'the challenge takes no bids' USING ERRCODE = 'check_violation', CONSTRAINT = 'challenge_invitations_in_time';
  END IF;
  IF NEW.organisation = c.organisation THEN
    RAISE EXCEPTION 'a poster does not invite itself' USING ERRCODE = 'check_violation', CONSTRAINT = 'challenge_invitations_not_poster';
  END IF;
  IF c.mode = 'directed_entrustment' AND NEW.organisation IS DISTINCT FROM c.solver THEN
    RAISE EXCEPTION 'entrusted to another' USING ERRCODE = 'check_violation', CONSTRAINT = 'challenge_invitations_entrusted';
  END IF;
  NEW.reply_by := least(NEW.reply_by, c.closes_at);
  RETURN NEW;
END $$;
CREATE TRIGGER challenge_invitations_in_time BEFORE INSERT ON challenge_invitations
  FOR EACH ROW EXECUTE FUNCTION challenge_invitations_in_time();

CREATE TRIGGER challenge_invitations_due AFTER INSERT OR UPDATE OF status, reply_by ON challenge_invitations
  FOR EACH ROW EXECUTE FUNCTION keep_due('challenge_invitation.expire', 'reply_by', 'sent');
ALTER TABLE challenge_invitations ENABLE ALWAYS TRIGGER challenge_invitations_due;

-- What was released in a month, as one file: opened by its first release, frozen by the clock when the month is over.
CREATE TABLE ocds_months (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  month      text NOT NULL UNIQUE CHECK (month ~ '^[0-9]{4}-[0-9]{2}$'),
  status     text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'frozen')),
  starts_at  timestamptz NOT NULL,
  ends_at    timestamptz NOT NULL,
  releases   bigint,
  bytes      bigint,
  hash       text CHECK (hash ~ '^sha256:[0-9a-f]{64}$'),
  CONSTRAINT ocds_months_frozen CHECK ((status = 'frozen') = (releases IS NOT NULL AND bytes IS NOT NULL AND hash IS NOT NULL))
);

-- A release holds its month open until it is committed; one that comes when the month is over is made again, at a later moment.
CREATE FUNCTION ocds_releases_in_month() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  start timestamp := date_trunc('month', NEW.date AT TIME ZONE 'Asia/Shanghai');
BEGIN
  INSERT INTO ocds_months (month, starts_at, ends_at)
  VALUES (to_char(start, 'YYYY-MM'), start AT TIME ZONE 'Asia/Shanghai', (start + interval '1 month') AT TIME ZONE 'Asia/Shanghai')
  ON CONFLICT (month) DO NOTHING;
  PERFORM FROM ocds_months WHERE month = to_char(start, 'YYYY-MM') AND status = 'open' FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the month of this release is over' USING ERRCODE = 'serialization_failure';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ocds_releases_in_month BEFORE INSERT ON ocds_releases FOR EACH ROW EXECUTE FUNCTION ocds_releases_in_month();

CREATE TRIGGER ocds_months_frozen BEFORE UPDATE OR DELETE ON ocds_months FOR EACH ROW WHEN (OLD.status = 'frozen')
  EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER ocds_months_due AFTER INSERT OR UPDATE OF status, ends_at ON ocds_months
  FOR EACH ROW EXECUTE FUNCTION keep_due('release_month.freeze', 'ends_at', 'open');
ALTER TABLE ocds_months ENABLE ALWAYS TRIGGER ocds_months_due;
