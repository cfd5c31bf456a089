-- The sealed ledger: every event once, in one order, in a Merkle tree whose heads are signed. Nothing here is ever changed.

-- Committed events that have no place in the ledger yet. A queue and not a mark in the order of transactions: what is here has
-- been committed by the very fact that it can be read, on this server as on any other that a dump was restored to.
CREATE TABLE unsequenced_events (
  position  bigint PRIMARY KEY
);

CREATE FUNCTION queue_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO unsequenced_events SELECT position FROM added ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

CREATE TRIGGER events_queue AFTER INSERT ON events REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION queue_events();

-- What this ledger is called in everything it signs, and with what its tree is hashed: one suite for its whole life.
CREATE TABLE ledger (
  singleton   boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  id          text NOT NULL UNIQUE CHECK (id ~ '^[0-9a-f]{32}$'),
  suite       text NOT NULL UNIQUE CHECK (suite IN ('sm', 'std')),
  created_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The leaves of the tree, numbered from 1 without a gap.
CREATE TABLE ledger_leaves (
  seq       bigint PRIMARY KEY CHECK (seq > 0),
  position  bigint NOT NULL UNIQUE REFERENCES events,
  suite     text NOT NULL REFERENCES ledger (suite),
  salt      bytea NOT NULL CHECK (octet_length(salt) = 16),  -- keeps what is not public from being guessed
  hash      bytea NOT NULL CHECK (octet_length(hash) = 32)
);

-- Roots of complete subtrees of 256, 65536, … leaves: enough to prove anything from a few hundred rows.
CREATE TABLE ledger_nodes (
  level  smallint NOT NULL CHECK (level > 0 AND level % 8 = 0),
  index  bigint NOT NULL CHECK (index >= 0),
  hash   bytea NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (level, index)
);

-- Keys that sign heads, each but the first vouched for by the one before it. The secret halves are files outside the database.
CREATE TABLE ledger_keys (
  number       integer PRIMARY KEY CHECK (number > 0),
  id           text NOT NULL UNIQUE,
  algorithm    text NOT NULL CHECK (algorithm IN ('sm2', 'ed25519')),
  public_key   text NOT NULL,
  at           timestamptz NOT NULL,
  previous     text REFERENCES ledger_keys (id),
  signature    bytea NOT NULL,   -- by the previous key; by itself for the first
  CHECK ((number = 1) = (previous IS NULL))
);

-- Signed heads, each naming the one before it.
CREATE TABLE ledger_heads (
  number     bigint PRIMARY KEY CHECK (number > 0),
  size       bigint NOT NULL UNIQUE CHECK (size >= 0),
  root       bytea NOT NULL CHECK (octet_length(root) = 32),
  at         timestamptz NOT NULL,
  key        text NOT NULL REFERENCES ledger_keys (id),
  previous   bytea NOT NULL,   -- hash of the head before, empty for the first
  signature  bytea NOT NULL
);

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['ledger', 'ledger_leaves', 'ledger_nodes', 'ledger_keys', 'ledger_heads'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history()',
      name || '_append_only', name);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history()',
      name || '_no_truncate', name);
  END LOOP;
END $$;
