-- What organisations wait for, and what was found for them when it was published.

CREATE TABLE wishes (
  id              uuid PRIMARY KEY,
  organisation    uuid NOT NULL REFERENCES organisations,
  status          text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused', 'ended')),
  version         integer NOT NULL DEFAULT 1,
  rulebook        integer NOT NULL REFERENCES rulebooks,
  seeks           text NOT NULL CHECK (seeks IN ('achievement', 'challenge')),
  title           text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
  content         text NOT NULL DEFAULT '' CHECK (char_length(content) <= 20000),
  keywords        text[] NOT NULL DEFAULT '{}' CHECK (cardinality(keywords) <= 30),
  fields          text[] NOT NULL DEFAULT '{}',
  region          text REFERENCES regions,
  trl_min         smallint CHECK (trl_min BETWEEN 1 AND 9),
  price_min       fen,
  price_max       fen,
  transfer_modes  text[] NOT NULL DEFAULT '{}',
  holder_kinds    text[] NOT NULL DEFAULT '{}',
  score_min       smallint CHECK (score_min BETWEEN 10 AND 1000),   -- null: the usual one
  created_at      timestamptz NOT NULL DEFAULT market_now(),
  updated_at      timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT wishes_price_range CHECK (price_min <= price_max)
);
CREATE INDEX wishes_organisation ON wishes (organisation, id DESC);
CREATE INDEX wishes_active ON wishes (id) WHERE status = 'active';

-- What a wish or a published challenge has found: once for each publication, however many servers look.
CREATE TABLE findings (
  id              uuid PRIMARY KEY,
  organisation    uuid NOT NULL REFERENCES organisations,   -- who waits, and who alone is told
  wish            uuid REFERENCES wishes,
  challenge       uuid REFERENCES challenges,
  kind            text NOT NULL CHECK (kind IN ('achievement', 'challenge')),
  object          uuid NOT NULL,
  object_version  integer NOT NULL,
  score           double precision NOT NULL,
  reasons         jsonb NOT NULL,
  at              timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT findings_for_one CHECK ((wish IS NULL) <> (challenge IS NULL)),
  CONSTRAINT findings_once UNIQUE NULLS NOT DISTINCT (wish, challenge, object, object_version)
);
CREATE INDEX findings_wish ON findings (wish, id DESC) WHERE wish IS NOT NULL;
CREATE INDEX findings_challenge ON findings (challenge, id DESC) WHERE challenge IS NOT NULL;

-- How far a consumer of the log has got, where it must remember that itself.
CREATE TABLE event_cursors (
  consumer  text PRIMARY KEY,
  seq       bigint NOT NULL   -- of the last event seen
);
-- What is published before the first server looks is found all the same.
INSERT INTO event_cursors (consumer, seq) VALUES ('findings', 0);
