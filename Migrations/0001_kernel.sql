-- What every slice stands on: purpose of this database, the clock, history that cannot be rewritten, the rulebook.

CREATE TABLE deployment (
  singleton   boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  purpose     text NOT NULL CHECK (purpose IN ('production', 'demo', 'test')),
  secret      bytea NOT NULL CHECK (octet_length(secret) = 32),   -- seals page tokens; never leaves the database in clear
  created_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The clock may be moved in a demo or a test, never in production.
CREATE TABLE market_clock (
  singleton  boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  shift      interval NOT NULL DEFAULT interval '0'
);

CREATE FUNCTION market_clock_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM deployment WHERE purpose IN ('demo', 'test')) THEN
    RAISE EXCEPTION 'the clock of a production database cannot be moved'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'market_clock_production';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER market_clock_guard BEFORE INSERT OR UPDATE ON market_clock
  FOR EACH ROW EXECUTE FUNCTION market_clock_guard();

CREATE FUNCTION market_now() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
  SELECT clock_timestamp() + coalesce((SELECT shift FROM market_clock), interval '0')
$$;

CREATE FUNCTION market_today() RETURNS date LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
  SELECT (market_now() AT TIME ZONE 'Asia/Shanghai')::date
$$;

CREATE FUNCTION refuse_rewriting_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'append_only';
END $$;

-- One row a transition. The position is taken when a row is written, not when it is committed: the order in which events are
-- read is that of the ledger.
CREATE TABLE events (
  position     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id           uuid NOT NULL,
  at           timestamptz NOT NULL DEFAULT market_now(),
  kind         text NOT NULL,
  object_id    uuid NOT NULL,
  action       text NOT NULL,
  from_state   text,
  to_state     text,
  version      integer NOT NULL,
  actor_role   text NOT NULL,
  actor_org    uuid,
  actor_token  uuid,
  public       boolean NOT NULL,
  audience     uuid[] NOT NULL DEFAULT '{}',   -- organisations that may read it although it is not public
  sealed       boolean NOT NULL DEFAULT false, -- nobody but the audience, the operator included
  payload      jsonb NOT NULL DEFAULT '{}'
);
CREATE UNIQUE INDEX events_id ON events (id);
CREATE INDEX events_object ON events (object_id, version);

CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

-- A write and the answer it gave, stored together: a repeated key gets the same answer and no second effect.
CREATE TABLE idempotency_keys (
  principal     uuid NOT NULL,
  key           text NOT NULL CHECK (char_length(key) BETWEEN 1 AND 255),
  request_hash  bytea NOT NULL,
  status        smallint NOT NULL,
  headers       jsonb NOT NULL,
  body          bytea NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (principal, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- The law as data. Each load is a version; objects pin the version they were created under.
CREATE TABLE rulebooks (
  version    integer PRIMARY KEY,
  checksum   bytea NOT NULL UNIQUE,
  loaded_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE rules (
  rulebook        integer NOT NULL REFERENCES rulebooks,
  key             text NOT NULL,
  region          text NOT NULL,
  value           bigint NOT NULL,
  unit            text NOT NULL CHECK (unit IN ('calendar_days', 'working_days', 'percent', 'fen', 'count', 'months', 'hours')),
  effective_from  date NOT NULL,
  effective_to    date,
  legal_basis     text NOT NULL,
  status          text NOT NULL CHECK (status IN ('verified', 'unverified')),
  note            text NOT NULL DEFAULT '',
  PRIMARY KEY (rulebook, key, region, effective_from),
  CHECK (effective_to IS NULL OR effective_to > effective_from)
);

CREATE TABLE holidays (
  rulebook  integer NOT NULL REFERENCES rulebooks,
  date      date NOT NULL,
  kind      text NOT NULL CHECK (kind IN ('off', 'work')),
  name      text NOT NULL,
  PRIMARY KEY (rulebook, date)
);

CREATE TABLE regions (
  code        text PRIMARY KEY CHECK (code ~ '^[0-9]{6}$'),
  name        text NOT NULL,
  parent      text REFERENCES regions DEFERRABLE INITIALLY DEFERRED,
  level       text NOT NULL,
  valid_from  date,
  valid_to    date,
  successor   text REFERENCES regions DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE codes (
  list     text NOT NULL,
  code     text NOT NULL,
  name_zh  text NOT NULL,
  name_en  text NOT NULL,
  parent   text,
  status   text NOT NULL CHECK (status IN ('verified', 'unverified')),
  PRIMARY KEY (list, code)
);

-- A technology field (one of the eleven) wherever a column needs one.
CREATE DOMAIN technology_field AS text CHECK (VALUE ~ '^(0[1-9]|1[01])$');
-- Money in fen. What may be negative says so and uses bigint.
CREATE DOMAIN fen AS bigint CHECK (VALUE >= 0 AND VALUE <= 9000000000000000);
