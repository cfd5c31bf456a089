-- Public notices (公示), objections to them, and the table of what is due.

-- Numbers of a year are dense: the row is held until its notice is committed, and taken back with it.
CREATE TABLE notice_numbers (
  year  integer PRIMARY KEY,
  last  integer NOT NULL CHECK (last >= 1)
);

CREATE FUNCTION next_notice_number(of_year integer) RETURNS integer LANGUAGE sql AS $$
  INSERT INTO notice_numbers (year, last) VALUES (of_year, 1)
  ON CONFLICT (year) DO UPDATE SET last = notice_numbers.last + 1 RETURNING last
$$;

CREATE TABLE notices (
  id                 uuid PRIMARY KEY,
  organisation       uuid NOT NULL REFERENCES organisations,   -- who publishes it
  status             text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'running', 'paused', 'closed_clean', 'revoked')),
  version            integer NOT NULL DEFAULT 1,
  rulebook           integer NOT NULL REFERENCES rulebooks,
  kind               text NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
  subject_kind       text,
  subject            uuid,                                     -- the object that waits for it
  parties            uuid[] NOT NULL DEFAULT '{}',             -- whose matter it is: they decide nothing about it
  publisher          uuid REFERENCES tokens,                   -- who made it, by token and by person: decides no objection to it
  publisher_person   uuid REFERENCES people,
  title              text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
  body               text NOT NULL DEFAULT '' CHECK (char_length(body) <= 20000),
  details            jsonb NOT NULL DEFAULT '{}',              -- what the object that waits says of itself
  -- The people it names, apart from the text that is hashed: there only a salted digest of each stands, so that the names can be
  -- taken down when their time is over and the text stays what it was.
  persons            jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(persons) = 'array'),
  persons_salt       text CHECK (persons_salt ~ '^[0-9a-f]{64}$'),
  persons_until      timestamptz,                              -- when the names come down
  region             text NOT NULL REFERENCES regions,
  contact            text NOT NULL DEFAULT '' CHECK (char_length(contact) <= 200),
  objection_channel  text NOT NULL DEFAULT '' CHECK (char_length(objection_channel) <= 500),
  days               integer CHECK (days BETWEEN 1 AND 366),   -- what was asked for, in the rule's unit
  period_days        integer,
  period_unit        text CHECK (period_unit IN ('calendar_days', 'working_days')),
  rule               text,
  legal_basis        text,
  published_at       timestamptz,
  year               integer,
  sequence           integer,
  number             text GENERATED ALWAYS AS ('公示〔' || year::text || '〕' || sequence::text || '号') STORED,
  ends_at            timestamptz,
  content            text,                                     -- canonical JSON, byte for byte what `hash` is of
  hash               text CHECK (hash ~ '^[a-z0-9]+:[0-9a-f]{64}$'),
  counted_from       timestamptz,                              -- publication, or the last resumption
  paused_at          timestamptz,
  closed_at          timestamptz,
  supersedes         uuid REFERENCES notices,
  corrections        text[] NOT NULL DEFAULT '{}' CHECK (cardinality(corrections) <= 50),
  reason             text,
  open_objections    integer NOT NULL DEFAULT 0 CHECK (open_objections >= 0),
  close_at           timestamptz GENERATED ALWAYS AS (CASE WHEN status = 'running' AND open_objections = 0 THEN ends_at END) STORED,
  created_at         timestamptz NOT NULL DEFAULT market_now(),
  updated_at         timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT notices_number UNIQUE (year, sequence),
  CONSTRAINT notices_published CHECK (status = 'draft' OR (number IS NOT NULL AND published_at IS NOT NULL AND ends_at > published_at
    AND content IS NOT NULL AND hash IS NOT NULL AND counted_from IS NOT NULL)),
  CONSTRAINT notices_paused CHECK ((status = 'paused') <= (paused_at IS NOT NULL)),
  CONSTRAINT notices_closed CHECK ((status = 'closed_clean') = (closed_at IS NOT NULL) AND closed_at >= ends_at)
);
CREATE INDEX notices_status ON notices (status, id DESC);
CREATE INDEX notices_kind ON notices (kind, id DESC);
CREATE INDEX notices_organisation ON notices (organisation, id DESC);
CREATE INDEX notices_subject ON notices (subject, id DESC) WHERE subject IS NOT NULL;
CREATE INDEX notices_changed ON notices (updated_at DESC, id DESC) WHERE status <> 'draft';
-- A notice has one successor; an object waits for one notice at a time.
CREATE UNIQUE INDEX notices_one_successor ON notices (supersedes) WHERE status <> 'draft';
CREATE UNIQUE INDEX notices_one_live ON notices (subject) WHERE status IN ('running', 'paused');

-- What was published stays as it was, at its address, under its number.
CREATE TRIGGER notices_pinned BEFORE UPDATE ON notices FOR EACH ROW
  WHEN (OLD.hash IS NOT NULL AND (NEW.content, NEW.hash, NEW.year, NEW.sequence, NEW.published_at, NEW.kind, NEW.organisation, NEW.rulebook,
    NEW.subject) IS DISTINCT FROM (OLD.content, OLD.hash, OLD.year, OLD.sequence, OLD.published_at, OLD.kind, OLD.organisation, OLD.rulebook,
    OLD.subject))
  EXECUTE FUNCTION refuse_rewriting_history();
-- The names may go, and nothing may come in their place.
CREATE TRIGGER notices_names_only_go BEFORE UPDATE ON notices FOR EACH ROW
  WHEN (OLD.hash IS NOT NULL AND (NEW.persons, NEW.persons_salt) IS DISTINCT FROM (OLD.persons, OLD.persons_salt)
    AND (NEW.persons, NEW.persons_salt) IS DISTINCT FROM ('[]'::jsonb, NULL::text))
  EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER notices_stay BEFORE DELETE ON notices FOR EACH ROW WHEN (OLD.hash IS NOT NULL)
  EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER notices_no_truncate BEFORE TRUNCATE ON notices FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

CREATE TABLE objections (
  id            uuid PRIMARY KEY,
  notice        uuid NOT NULL REFERENCES notices,
  organisation  uuid NOT NULL REFERENCES organisations,
  status        text NOT NULL DEFAULT 'filed' CHECK (status IN ('filed', 'accepted', 'rejected', 'investigating', 'dismissed', 'upheld',
                  'partly_upheld', 'appealed', 'final')),
  version       integer NOT NULL DEFAULT 1,
  rulebook      integer NOT NULL REFERENCES rulebooks,
  statement     text NOT NULL CHECK (char_length(statement) BETWEEN 1 AND 5000),
  evidence      text NOT NULL DEFAULT '' CHECK (char_length(evidence) <= 5000),
  received_at   timestamptz NOT NULL,      -- set by the trigger below, never by the caller
  due_at        timestamptz,               -- when the step that is next should be done
  overdue       boolean NOT NULL DEFAULT false,
  extended      boolean NOT NULL DEFAULT false,
  decided_at    timestamptz,
  outcome       text CHECK (outcome IN ('dismissed', 'upheld')),   -- of the appeal
  reason        text,
  alarm_at      timestamptz GENERATED ALWAYS AS (
                  CASE WHEN NOT overdue AND status IN ('filed', 'accepted', 'investigating', 'appealed') THEN due_at END) STORED,
  created_at    timestamptz NOT NULL DEFAULT market_now(),
  updated_at    timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT objections_decided CHECK (status IN ('filed', 'accepted', 'investigating') OR (decided_at IS NOT NULL AND reason IS NOT NULL)),
  CONSTRAINT objections_concluded CHECK ((status = 'final') = (outcome IS NOT NULL))
);
CREATE INDEX objections_organisation ON objections (organisation, id DESC);
CREATE INDEX objections_status ON objections (status, id DESC);
-- One open objection an objector a notice.
CREATE UNIQUE INDEX objections_one_open ON objections (notice, organisation)
  WHERE status IN ('filed', 'accepted', 'investigating', 'appealed');

-- The end of a notice bites in the database: its row is held so that a closing waits for an objection that came in time and an
-- objection waits for a closing that came first. While a notice stands still, nobody's time runs out.
CREATE FUNCTION objections_before_end() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  n record;
BEGIN
  SELECT status, ends_at, organisation, parties INTO n FROM notices WHERE id = NEW.notice FOR NO KEY UPDATE;
  NEW.received_at := market_now();
  IF NOT (n.status = 'paused' OR (n.status = 'running' AND NEW.received_at < n.ends_at)) THEN
    RAISE EXCEPTION 'the notice takes no objections' USING ERRCODE = 'check_violation', CONSTRAINT = 'objections_before_end';
  END IF;
  IF NEW.organisation = n.organisation OR NEW.organisation = ANY (n.parties) THEN
    RAISE EXCEPTION 'a party cannot object to its own notice' USING ERRCODE = 'check_violation', CONSTRAINT = 'objections_not_by_party';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER objections_before_end BEFORE INSERT ON objections
  FOR EACH ROW EXECUTE FUNCTION objections_before_end();

-- How many stand open is kept on the notice's own row, where its closing reads it under the lock.
CREATE FUNCTION objections_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  open CONSTANT text[] := '{filed,accepted,investigating,appealed}';
  more integer := (NEW.status = ANY (open))::integer - CASE WHEN TG_OP = 'INSERT' THEN 0 ELSE (OLD.status = ANY (open))::integer END;
BEGIN
  IF more <> 0 THEN UPDATE notices SET open_objections = open_objections + more WHERE id = NEW.notice; END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER objections_open AFTER INSERT OR UPDATE OF status ON objections
  FOR EACH ROW EXECUTE FUNCTION objections_open();

-- What waits for a notice moves on when the notice has closed clean, and not before: whatever code says.
CREATE FUNCTION waits_for_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM notices WHERE id = NEW.notice AND status = 'closed_clean' FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the notice has not closed clean' USING ERRCODE = 'check_violation', CONSTRAINT = 'waits_for_notice';
  END IF;
  RETURN NEW;
END $$;

ALTER TABLE challenges ADD CONSTRAINT challenges_notice_fkey FOREIGN KEY (notice) REFERENCES notices;
CREATE TRIGGER challenges_wait_for_notice BEFORE UPDATE OF status ON challenges FOR EACH ROW
  WHEN ((OLD.status = 'board_notice' AND NEW.status = 'published') OR NEW.status = 'awarded')
  EXECUTE FUNCTION waits_for_notice();

ALTER TABLE deals ADD CONSTRAINT deals_notice_fkey FOREIGN KEY (notice) REFERENCES notices;
CREATE TRIGGER deals_wait_for_notice BEFORE UPDATE OF status ON deals FOR EACH ROW
  WHEN (NEW.status = 'seller_signed' AND NEW.pricing_route = 'negotiated' AND NEW.notice IS NOT NULL AND NOT NEW.notice_exempt)
  EXECUTE FUNCTION waits_for_notice();

-- What a moment brings. Rows are derived, in the transaction that changes the object, by the triggers below: nothing is scheduled,
-- and a deadline that moves takes its row along. `at` is the market's clock; `wait_until`, a worker's lease or the pause after a
-- failure, is the machine's.
CREATE TABLE due (
  move        text NOT NULL,
  object      uuid NOT NULL,
  at          timestamptz NOT NULL,
  attempts    integer NOT NULL DEFAULT 0,
  wait_until  timestamptz,
  error       text,
  CONSTRAINT due_once PRIMARY KEY (move, object)
);
CREATE INDEX due_at ON due (at);

-- Arguments: the move, the column that says when, and the states in which it does (every state when none is named).
CREATE FUNCTION keep_due() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moment timestamptz;
  state  text;
BEGIN
  EXECUTE format('SELECT ($1).%I, ($1).status', TG_ARGV[1]) INTO moment, state USING NEW;
  IF TG_NARGS > 2 AND state <> ALL (TG_ARGV[2:]) THEN moment := NULL; END IF;
  IF moment IS NULL THEN
    DELETE FROM due WHERE move = TG_ARGV[0] AND object = NEW.id;
  ELSE
    INSERT INTO due (move, object, at) VALUES (TG_ARGV[0], NEW.id, moment)
    ON CONFLICT (move, object) DO UPDATE SET at = excluded.at, attempts = 0, wait_until = NULL, error = NULL
      WHERE due.at <> excluded.at;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER achievements_due AFTER INSERT OR UPDATE OF status, expires_at ON achievements
  FOR EACH ROW EXECUTE FUNCTION keep_due('achievement.expire', 'expires_at', 'published');
CREATE TRIGGER challenges_due AFTER INSERT OR UPDATE OF status, closes_at ON challenges
  FOR EACH ROW EXECUTE FUNCTION keep_due('challenge.close', 'closes_at', 'published');
CREATE TRIGGER notices_due AFTER INSERT OR UPDATE OF close_at ON notices
  FOR EACH ROW EXECUTE FUNCTION keep_due('notice.close', 'close_at');
CREATE TRIGGER notices_names_due AFTER INSERT OR UPDATE OF persons_until ON notices
  FOR EACH ROW EXECUTE FUNCTION keep_due('notice.withdraw_names', 'persons_until');
CREATE TRIGGER objections_due AFTER INSERT OR UPDATE OF alarm_at ON objections
  FOR EACH ROW EXECUTE FUNCTION keep_due('objection.mark_overdue', 'alarm_at');
CREATE TRIGGER delegations_due AFTER INSERT OR UPDATE OF status, valid_to ON delegations
  FOR EACH ROW EXECUTE FUNCTION keep_due('delegation.expire', 'ends_at', 'offered', 'active');
ALTER TABLE achievements ENABLE ALWAYS TRIGGER achievements_due;
ALTER TABLE delegations ENABLE ALWAYS TRIGGER delegations_due;
ALTER TABLE challenges ENABLE ALWAYS TRIGGER challenges_due;
ALTER TABLE notices ENABLE ALWAYS TRIGGER notices_due;
ALTER TABLE notices ENABLE ALWAYS TRIGGER notices_names_due;
ALTER TABLE objections ENABLE ALWAYS TRIGGER objections_due;

-- The same derived afresh from the tables, for the comparison that finds a row that was lost or forged.
CREATE FUNCTION due_from_tables() RETURNS TABLE (move text, object uuid, at timestamptz) LANGUAGE plpgsql STABLE AS $$
DECLARE
  t     record;
  words text[];
BEGIN
  FOR t IN SELECT tgrelid::regclass AS source, tgargs FROM pg_trigger WHERE tgfoid = 'keep_due'::regproc LOOP
    words := string_to_array(encode(t.tgargs, 'escape'), '\000');
    RETURN QUERY EXECUTE format('SELECT %L::text, id, %I FROM %s WHERE %I IS NOT NULL AND (%L::text[] = ''{}'' OR status = ANY (%L))',
      words[1], words[2], t.source, words[2], words[3:cardinality(words) - 1], words[3:cardinality(words) - 1]);
  END LOOP;
END $$;

INSERT INTO due (move, object, at) SELECT move, object, at FROM due_from_tables();
DROP INDEX achievements_due;
