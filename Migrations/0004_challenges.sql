-- Demand: challenges, the bids on them, their reviews and the award.

CREATE TABLE challenges (
  id              uuid PRIMARY KEY,
  organisation    uuid NOT NULL REFERENCES organisations,
  status          text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'submitted', 'in_selection', 'declined', 'selected',
                    'board_notice', 'published', 'closed', 'evaluating', 'award_notice', 'awarded', 'contracted', 'executing', 'acceptance', 'completed',
                    'concluded_with_diligence', 'failed', 'terminated', 'no_award', 'cancelled')),
  version         integer NOT NULL DEFAULT 1,
  rulebook        integer NOT NULL REFERENCES rulebooks,
  external_id     text CHECK (char_length(external_id) BETWEEN 1 AND 80),
  mode            text NOT NULL CHECK (mode IN ('open_challenge', 'open_competition', 'directed_entrustment', 'plain_demand')),
  title           text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
  summary         text NOT NULL DEFAULT '' CHECK (char_length(summary) <= 2000),
  description     text NOT NULL DEFAULT '' CHECK (char_length(description) <= 20000),
  indicators      text[] NOT NULL DEFAULT '{}' CHECK (cardinality(indicators) <= 30),
  field           technology_field,
  keywords        text[] NOT NULL DEFAULT '{}' CHECK (cardinality(keywords) <= 30),
  trl_wanted      smallint CHECK (trl_wanted BETWEEN 1 AND 9),
  region          text NOT NULL REFERENCES regions,
  budget          fen,
  closes_on       date,                     -- what the poster asks for; closes_at is what holds
  origin          text NOT NULL DEFAULT 'real' CHECK (origin IN ('real', 'constructed')),
  source          text NOT NULL DEFAULT '' CHECK (char_length(source) <= 500),
  criteria        jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(criteria) = 'array'),   -- what bids are judged by
  racers          smallint NOT NULL DEFAULT 1,   -- 赛马制: how many win and work side by side; 1 is no race
  reason          text,
  notice          uuid,                     -- the notice it waits for, or waited for last
  published_at    timestamptz,
  closes_at       timestamptz,
  extensions      smallint NOT NULL DEFAULT 0,
  bids_received   integer,                  -- unknown to everyone until the challenge has closed
  created_at      timestamptz NOT NULL DEFAULT market_now(),
  updated_at      timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT challenges_published_closes CHECK (status <> 'published' OR (published_at IS NOT NULL AND closes_at IS NOT NULL AND closes_at > published_at)),
  CONSTRAINT challenges_sealed_count CHECK (bids_received IS NULL OR status IN ('closed', 'evaluating', 'award_notice', 'awarded', 'contracted',
    'executing', 'acceptance', 'completed', 'concluded_with_diligence', 'failed', 'terminated', 'no_award', 'cancelled')),
  CONSTRAINT challenges_racers CHECK (racers >= 1 AND (racers = 1 OR mode = 'open_challenge')),
  CONSTRAINT challenges_external_id UNIQUE (organisation, external_id)
);
CREATE INDEX challenges_status ON challenges (status, id DESC);
CREATE INDEX challenges_organisation ON challenges (organisation, id DESC);

-- A bid as it was opened. What it was before that is in sealed_bids.
CREATE TABLE bids (
  id            uuid PRIMARY KEY,
  challenge     uuid NOT NULL REFERENCES challenges,
  organisation  uuid NOT NULL REFERENCES organisations,
  status        text NOT NULL DEFAULT 'opened' CHECK (status IN ('opened', 'invalid', 'unqualified', 'won', 'reserve', 'lost',
                  'forfeited')),
  version       integer NOT NULL DEFAULT 1,
  rulebook      integer NOT NULL REFERENCES rulebooks,
  plain         smallint NOT NULL DEFAULT 0 CHECK (plain IN (0, 1)),   -- an offer to a plain need
  price         fen,                        -- unknown to everyone until the financial envelope is opened
  plan          text NOT NULL CHECK (char_length(plan) BETWEEN 1 AND 20000),
  team          text NOT NULL DEFAULT '' CHECK (char_length(team) <= 2000),
  achievement   uuid REFERENCES achievements,
  commitment    bytea NOT NULL CHECK (octet_length(commitment) = 32),
  reason        text,
  received_at   timestamptz NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT market_now(),
  updated_at    timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT bids_of_challenge UNIQUE (id, challenge),
  CONSTRAINT bids_one_per_solver UNIQUE (challenge, organisation),
  CONSTRAINT bids_won_priced CHECK (status NOT IN ('won', 'reserve', 'forfeited') OR price IS NOT NULL)
);
CREATE INDEX bids_organisation ON bids (organisation, id DESC);

CREATE TABLE bid_reviews (
  bid           uuid NOT NULL,
  challenge     uuid NOT NULL,
  reviewer      uuid NOT NULL REFERENCES tokens,
  organisation  uuid NOT NULL REFERENCES organisations,
  score         smallint NOT NULL CHECK (score BETWEEN 0 AND 100),
  comment       text NOT NULL CHECK (char_length(comment) BETWEEN 1 AND 2000),
  at            timestamptz NOT NULL DEFAULT market_now(),
  FOREIGN KEY (bid, challenge) REFERENCES bids (id, challenge),
  CONSTRAINT bid_reviews_once PRIMARY KEY (bid, reviewer)
);

-- A row a winner, proposed or made. Who wins later, because another did not come to sign, has a later rank.
CREATE TABLE awards (
  challenge     uuid NOT NULL REFERENCES challenges,
  bid           uuid NOT NULL,
  rank          smallint NOT NULL CHECK (rank >= 1),
  organisation  uuid NOT NULL REFERENCES organisations,
  price         fen NOT NULL,
  score         numeric(5, 2),
  reason        text NOT NULL DEFAULT '',
  proposed_at   timestamptz NOT NULL DEFAULT market_now(),
  awarded_at    timestamptz,
  endorsed_at   timestamptz,                -- by a second supervisor, where others stand before it in the ranking
  forfeited_at  timestamptz,
  PRIMARY KEY (challenge, bid),
  CONSTRAINT awards_rank UNIQUE (challenge, rank),
  CONSTRAINT awards_forfeited CHECK (forfeited_at IS NULL OR awarded_at IS NOT NULL),
  CONSTRAINT awards_bid_of_challenge FOREIGN KEY (bid, challenge) REFERENCES bids (id, challenge)
);
