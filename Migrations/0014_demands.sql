-- What comes before the board: industry chains and their three lists, calls, demands, screening, consolidation; what a challenge
-- is besides a plain one: its mode's own conditions, amendments, questions, reissues; and the boards themselves.

CREATE TABLE chains (
  id            uuid PRIMARY KEY,
  organisation  uuid NOT NULL REFERENCES organisations,
  status        text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published', 'archived')),
  version       integer NOT NULL DEFAULT 1,
  rulebook      integer NOT NULL REFERENCES rulebooks,
  name          text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80),
  note          text NOT NULL DEFAULT '' CHECK (char_length(note) <= 2000),
  region        text NOT NULL REFERENCES regions,
  origin        text NOT NULL DEFAULT 'real' CHECK (origin IN ('real', 'constructed')),
  reason        text,
  created_at    timestamptz NOT NULL DEFAULT market_now(),
  updated_at    timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT chains_name UNIQUE (region, name)
);
CREATE INDEX chains_status ON chains (status, id DESC);

CREATE TABLE chain_nodes (
  id        uuid PRIMARY KEY,
  chain     uuid NOT NULL REFERENCES chains,
  position  integer NOT NULL,
  name      text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80),
  CONSTRAINT chain_nodes_name UNIQUE (chain, name),
  CONSTRAINT chain_nodes_position UNIQUE (chain, position),
  CONSTRAINT chain_nodes_of_chain UNIQUE (id, chain)
);

-- 三张清单: core enterprises, innovation resources, key-technology gaps.
CREATE TABLE chain_entries (
  id           uuid PRIMARY KEY,
  chain        uuid NOT NULL,
  node         uuid NOT NULL,
  list         text NOT NULL CHECK (list IN ('core_enterprise', 'innovation_resource', 'technology_gap')),
  name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  description  text NOT NULL DEFAULT '' CHECK (char_length(description) <= 2000),
  source       text NOT NULL DEFAULT '' CHECK (char_length(source) <= 500),
  FOREIGN KEY (node, chain) REFERENCES chain_nodes (id, chain),
  CONSTRAINT chain_entries_once UNIQUE (node, list, name)
);
CREATE INDEX chain_entries_chain ON chain_entries (chain, list);

CREATE TABLE demand_calls (
  id             uuid PRIMARY KEY,
  organisation   uuid NOT NULL REFERENCES organisations,
  status         text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'open', 'closed', 'consolidated')),
  version        integer NOT NULL DEFAULT 1,
  rulebook       integer NOT NULL REFERENCES rulebooks,
  kind           text NOT NULL CHECK (kind IN ('windowed', 'rolling')),
  official       boolean NOT NULL DEFAULT true,
  title          text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
  scope          text NOT NULL DEFAULT '' CHECK (char_length(scope) <= 5000),
  template_note  text NOT NULL DEFAULT '' CHECK (char_length(template_note) <= 5000),
  programme      text NOT NULL DEFAULT '' CHECK (char_length(programme) <= 200),
  region         text NOT NULL REFERENCES regions,
  closes_on      date,                     -- what was asked for; closes_at is what holds
  opened_at      timestamptz,
  closes_at      timestamptz,
  reason         text,
  created_at     timestamptz NOT NULL DEFAULT market_now(),
  updated_at     timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT demand_calls_open CHECK (status = 'draft' OR opened_at IS NOT NULL),
  CONSTRAINT demand_calls_window CHECK (status = 'draft' OR (kind = 'windowed') = (closes_at IS NOT NULL)),
  CHECK (closes_at > opened_at)
);
CREATE INDEX demand_calls_status ON demand_calls (status, id DESC);
CREATE TRIGGER demand_calls_due AFTER INSERT OR UPDATE OF status, closes_at ON demand_calls
  FOR EACH ROW EXECUTE FUNCTION keep_due('demand_call.close', 'closes_at', 'open');
ALTER TABLE demand_calls ENABLE ALWAYS TRIGGER demand_calls_due;

CREATE TABLE demands (
  id               uuid PRIMARY KEY,
  organisation     uuid NOT NULL REFERENCES organisations,
  call             uuid REFERENCES demand_calls,
  status           text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'submitted', 'screening', 'declined', 'shortlisted',
                     'consolidated', 'converted', 'withdrawn')),
  version          integer NOT NULL DEFAULT 1,
  rulebook         integer NOT NULL REFERENCES rulebooks,
  title            text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
  summary          text NOT NULL DEFAULT '' CHECK (char_length(summary) <= 2000),
  problem          text NOT NULL DEFAULT '' CHECK (char_length(problem) <= 20000),
  background       text NOT NULL DEFAULT '' CHECK (char_length(background) <= 20000),
  indicators       jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(indicators) = 'array' AND jsonb_array_length(indicators) <= 30),
  field            technology_field,
  keywords         text[] NOT NULL DEFAULT '{}' CHECK (cardinality(keywords) <= 30),
  region           text NOT NULL REFERENCES regions,
  budget           fen,
  own_funds        fen,
  own_funds_proof  text NOT NULL DEFAULT '' CHECK (char_length(own_funds_proof) <= 500),
  confidentiality  smallint NOT NULL DEFAULT 1 CHECK (confidentiality BETWEEN 1 AND 3),
  chain_node       uuid REFERENCES chain_nodes,
  contact_name     text NOT NULL DEFAULT '' CHECK (char_length(contact_name) <= 60),
  contact_phone    text NOT NULL DEFAULT '' CHECK (char_length(contact_phone) <= 30),
  origin           text NOT NULL DEFAULT 'real' CHECK (origin IN ('real', 'constructed')),
  decline_reason   text,
  advice           text,
  reason           text,
  score            numeric(5, 2) CHECK (score BETWEEN 0 AND 100),
  submitted_at     timestamptz,            -- set by the trigger below, never by the caller
  created_at       timestamptz NOT NULL DEFAULT market_now(),
  updated_at       timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT demands_declined CHECK (status <> 'declined' OR (decline_reason IS NOT NULL AND advice IS NOT NULL)),
  CONSTRAINT demands_shortlisted CHECK (status NOT IN ('shortlisted', 'consolidated', 'converted') OR score IS NOT NULL),
  CONSTRAINT demands_own_funds CHECK (own_funds <= budget)
);
CREATE INDEX demands_status ON demands (status, id DESC);
CREATE INDEX demands_organisation ON demands (organisation, id DESC);
CREATE INDEX demands_call ON demands (call) WHERE call IS NOT NULL;
CREATE INDEX demands_node ON demands (chain_node) WHERE chain_node IS NOT NULL;

-- The window of a call bites in the database: the instant that is stored is the instant that is compared, and the call's row is
-- held so that closing waits for a demand that came in time and a demand waits for a closing that came first.
CREATE FUNCTION demands_in_window() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  c record;
BEGIN
  IF NEW.call IS NOT NULL THEN
    SELECT status, opened_at, closes_at, official INTO c FROM demand_calls WHERE id = NEW.call FOR SHARE;
  END IF;
  NEW.submitted_at := market_now();
  IF NEW.call IS NULL THEN RETURN NEW; END IF;
  IF c.status <> 'open' OR NEW.submitted_at < c.opened_at OR NEW.submitted_at >= c.closes_at THEN
    RAISE EXCEPTION 'the call takes no demands' USING ERRCODE = 'check_violation', CONSTRAINT = 'demands_in_window';
  END IF;
  IF c.official AND NEW.chain_node IS NULL THEN
    RAISE EXCEPTION 'an official call asks for the chain node' USING ERRCODE = 'check_violation', CONSTRAINT = 'demands_official_node';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER demands_in_window BEFORE UPDATE OF status ON demands FOR EACH ROW
  WHEN (NEW.status = 'submitted' AND OLD.status <> 'submitted') EXECUTE FUNCTION demands_in_window();

-- What one member of the panel said of one demand: once, on every axis, with a comment.
CREATE TABLE demand_sheets (
  demand        uuid NOT NULL REFERENCES demands,
  reviewer      uuid NOT NULL,             -- a person, or a token that has none
  organisation  uuid NOT NULL REFERENCES organisations,
  round         timestamptz NOT NULL,      -- the submission it is about: a demand that comes back is screened afresh
  comment       text NOT NULL CHECK (char_length(comment) BETWEEN 1 AND 2000),
  at            timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT demand_sheets_once PRIMARY KEY (demand, reviewer, round)
);
CREATE TABLE demand_scores (
  demand    uuid NOT NULL,
  reviewer  uuid NOT NULL,
  round     timestamptz NOT NULL,
  axis      text NOT NULL,
  score     smallint NOT NULL CHECK (score BETWEEN 0 AND 100),
  PRIMARY KEY (demand, reviewer, round, axis),
  FOREIGN KEY (demand, reviewer, round) REFERENCES demand_sheets (demand, reviewer, round)
);
CREATE TRIGGER demand_sheets_stay BEFORE UPDATE OR DELETE ON demand_sheets
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER demand_scores_stay BEFORE UPDATE OR DELETE ON demand_scores
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();

-- Where a challenge came from: every demand it was made of, as that demand stood, and whose it was.
CREATE TABLE challenge_sources (
  challenge     uuid NOT NULL REFERENCES challenges,
  position      integer NOT NULL CHECK (position >= 1),
  demand        uuid NOT NULL REFERENCES demands,
  organisation  uuid NOT NULL REFERENCES organisations,
  relation      text NOT NULL CHECK (relation IN ('consolidated', 'converted', 'split')),
  content       jsonb NOT NULL,
  at            timestamptz NOT NULL DEFAULT market_now(),
  PRIMARY KEY (challenge, position),
  CONSTRAINT challenge_sources_once UNIQUE (challenge, demand)
);
CREATE INDEX challenge_sources_demand ON challenge_sources (demand);
-- A demand goes into one challenge, unless it is split.
CREATE UNIQUE INDEX challenge_sources_whole ON challenge_sources (demand) WHERE relation <> 'split';
CREATE TRIGGER challenge_sources_stay BEFORE UPDATE OR DELETE ON challenge_sources
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();

-- 技术咨询: a question answered in days, with neither call nor notice.
CREATE TABLE consult_requests (
  id            uuid PRIMARY KEY,
  organisation  uuid NOT NULL REFERENCES organisations,
  adviser       uuid REFERENCES organisations,
  status        text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'answered', 'closed')),
  version       integer NOT NULL DEFAULT 1,
  rulebook      integer NOT NULL REFERENCES rulebooks,
  title         text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
  question      text NOT NULL CHECK (char_length(question) BETWEEN 1 AND 5000),
  field         technology_field,
  region        text NOT NULL REFERENCES regions,
  answer        text CHECK (char_length(answer) BETWEEN 1 AND 10000),
  answered_by   uuid REFERENCES organisations,
  answered_at   timestamptz,
  due_at        timestamptz NOT NULL,
  helpful       boolean,
  origin        text NOT NULL DEFAULT 'real' CHECK (origin IN ('real', 'constructed')),
  created_at    timestamptz NOT NULL DEFAULT market_now(),
  updated_at    timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT consult_requests_answered CHECK (status <> 'answered' OR (answer IS NOT NULL AND answered_by IS NOT NULL AND answered_at IS NOT NULL)),
  CONSTRAINT consult_requests_two_parties CHECK (adviser <> organisation)
);
CREATE INDEX consult_requests_organisation ON consult_requests (organisation, id DESC);
CREATE INDEX consult_requests_adviser ON consult_requests (adviser, id DESC);
CREATE INDEX consult_requests_status ON consult_requests (status, id DESC);

-- The mode decides the way; it is chosen once.
ALTER TABLE challenges
  ADD COLUMN solver               uuid REFERENCES organisations,     -- 定向委托: whom
  ADD COLUMN entrustment_reason   text CHECK (char_length(entrustment_reason) BETWEEN 1 AND 5000),
  ADD COLUMN decision_record      text CHECK (char_length(decision_record) BETWEEN 1 AND 500),
  ADD COLUMN reissue_of           uuid REFERENCES challenges,
  ADD COLUMN attempt              smallint NOT NULL DEFAULT 1 CHECK (attempt >= 1),
  ADD COLUMN terms_version        integer NOT NULL DEFAULT 1 CHECK (terms_version >= 1),
  ADD CONSTRAINT challenges_solver_mode CHECK (solver IS NULL OR mode = 'directed_entrustment'),
  ADD CONSTRAINT challenges_solver_is_another CHECK (solver <> organisation),
  ADD CONSTRAINT challenges_entrusted CHECK (mode <> 'directed_entrustment'
    OR status IN ('draft', 'submitted', 'in_selection', 'declined', 'selected', 'cancelled')
    OR (solver IS NOT NULL AND entrustment_reason IS NOT NULL AND decision_record IS NOT NULL)),
  ADD CONSTRAINT challenges_attempt CHECK ((reissue_of IS NULL) = (attempt = 1)),
  ADD CONSTRAINT challenges_reissued_once UNIQUE (reissue_of);

CREATE FUNCTION challenges_mode_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the mode of a challenge is never converted' USING ERRCODE = 'check_violation', CONSTRAINT = 'challenges_mode_stays';
END $$;
CREATE TRIGGER challenges_mode_stays BEFORE UPDATE OF mode ON challenges FOR EACH ROW
  WHEN (NEW.mode <> OLD.mode) EXECUTE FUNCTION challenges_mode_stays();

-- What an expert says to a directed entrustment, once.
CREATE TABLE expert_opinions (
  challenge     uuid NOT NULL REFERENCES challenges,
  expert        uuid NOT NULL,             -- a person, or a token that has none
  organisation  uuid NOT NULL REFERENCES organisations,
  supports      boolean NOT NULL,
  opinion       text NOT NULL CHECK (char_length(opinion) BETWEEN 1 AND 2000),
  at            timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT expert_opinions_once PRIMARY KEY (challenge, expert)
);
CREATE TRIGGER expert_opinions_stay BEFORE UPDATE OR DELETE ON expert_opinions
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();

-- What was changed after publication, and what that did to the deadline.
CREATE TABLE challenge_amendments (
  challenge      uuid NOT NULL REFERENCES challenges,
  number         integer NOT NULL CHECK (number >= 1),
  material       boolean NOT NULL,
  terms_version  integer NOT NULL,
  changes        jsonb NOT NULL,           -- field → {from, to}
  rationale      text NOT NULL CHECK (char_length(rationale) BETWEEN 1 AND 2000),
  closed_at      timestamptz NOT NULL,     -- the deadline before
  closes_at      timestamptz NOT NULL,     -- the deadline since
  at             timestamptz NOT NULL DEFAULT market_now(),
  PRIMARY KEY (challenge, number)
);
CREATE TRIGGER challenge_amendments_stay BEFORE UPDATE OR DELETE ON challenge_amendments
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();

-- What an amendment may change, as it is shown.
CREATE FUNCTION challenge_terms(c challenges) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('summary', c.summary, 'description', c.description, 'keywords', to_jsonb(c.keywords),
    'indicators', to_jsonb(c.indicators), 'closes_on', c.closes_on,
    'budget', CASE WHEN c.budget IS NOT NULL THEN jsonb_build_object('amount', round(c.budget / 100.0, 2)::text, 'currency', 'CNY') END)
$$;
CREATE FUNCTION challenges_amended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO challenge_amendments (challenge, number, material, terms_version, changes, rationale, closed_at, closes_at)
  SELECT NEW.id, 1 + (SELECT count(*) FROM challenge_amendments WHERE challenge = NEW.id),
    NEW.terms_version > OLD.terms_version, NEW.terms_version,
    jsonb_object_agg(n.key, jsonb_build_object('from', o.value, 'to', n.value)), NEW.reason, OLD.closes_at, NEW.closes_at
  FROM jsonb_each(challenge_terms(NEW)) n JOIN jsonb_each(challenge_terms(OLD)) o USING (key) WHERE n.value <> o.value
  HAVING count(*) > 0;
  RETURN NULL;
END $$;
-- Whoever changes the terms of a published challenge leaves a record of it.
CREATE TRIGGER challenges_amended AFTER UPDATE OF summary, description, keywords, indicators, budget, closes_on ON challenges
  FOR EACH ROW WHEN (OLD.status = 'published' AND NEW.status = 'published') EXECUTE FUNCTION challenges_amended();

-- A bid is made under the terms of its day, and under those of the day on which it was last replaced; showing what a promise stood
-- for is neither. The challenge's gate is held by then, and an amendment waits there.
ALTER TABLE sealed_bids ADD COLUMN terms_version integer NOT NULL DEFAULT 1;
CREATE FUNCTION sealed_bids_take_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT terms_version INTO NEW.terms_version FROM challenges WHERE id = NEW.challenge;
  RETURN NEW;
END $$;
CREATE TRIGGER sealed_bids_take_terms BEFORE INSERT ON sealed_bids FOR EACH ROW EXECUTE FUNCTION sealed_bids_take_terms();
CREATE TRIGGER sealed_bids_take_terms_anew BEFORE UPDATE OF commitment ON sealed_bids FOR EACH ROW
  WHEN (NEW.commitment <> OLD.commitment) EXECUTE FUNCTION sealed_bids_take_terms();

CREATE TABLE questions (
  id            uuid PRIMARY KEY,
  challenge     uuid NOT NULL REFERENCES challenges,
  organisation  uuid NOT NULL REFERENCES organisations,
  status        text NOT NULL DEFAULT 'asked' CHECK (status IN ('asked', 'answered', 'withdrawn')),
  version       integer NOT NULL DEFAULT 1,
  rulebook      integer NOT NULL REFERENCES rulebooks,
  question      text NOT NULL CHECK (char_length(question) BETWEEN 1 AND 2000),
  answer        text CHECK (char_length(answer) BETWEEN 1 AND 5000),
  asked_at      timestamptz NOT NULL,      -- set by the trigger below, never by the caller
  answered_at   timestamptz,
  created_at    timestamptz NOT NULL DEFAULT market_now(),
  updated_at    timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT questions_answered CHECK ((status = 'answered') = (answer IS NOT NULL AND answered_at IS NOT NULL))
);
CREATE INDEX questions_challenge ON questions (challenge, id DESC);

-- Asked and answered while there is time to act on it: before the deadline, by the same clock as bids.
CREATE FUNCTION questions_before_deadline() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  c record;
  moment timestamptz;
BEGIN
  SELECT status, closes_at, organisation INTO c FROM challenges WHERE id = NEW.challenge FOR SHARE;
  moment := market_now();
  IF TG_OP = 'INSERT' THEN NEW.asked_at := moment; ELSE NEW.answered_at := moment; END IF;
  IF c.status <> 'published' OR moment >= c.closes_at THEN
    RAISE EXCEPTION 'questions are over' USING ERRCODE = 'check_violation', CONSTRAINT = 'questions_before_deadline';
  END IF;
  IF c.organisation = NEW.organisation THEN
    RAISE EXCEPTION 'a poster does not ask itself' USING ERRCODE = 'check_violation', CONSTRAINT = 'questions_not_by_poster';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER questions_before_deadline BEFORE INSERT OR UPDATE OF answer ON questions
  FOR EACH ROW EXECUTE FUNCTION questions_before_deadline();

-- 榜单: numbered, dated, frozen.
CREATE TABLE challenge_boards (
  id            uuid PRIMARY KEY,
  organisation  uuid NOT NULL REFERENCES organisations,
  status        text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'issued', 'withdrawn')),
  version       integer NOT NULL DEFAULT 1,
  rulebook      integer NOT NULL REFERENCES rulebooks,
  title         text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
  note          text NOT NULL DEFAULT '' CHECK (char_length(note) <= 2000),
  issue         integer CHECK (issue >= 1),
  previous      uuid REFERENCES challenge_boards,
  issued_on     date,
  items         integer NOT NULL DEFAULT 0,
  added         integer NOT NULL DEFAULT 0,
  changed       integer NOT NULL DEFAULT 0,
  removed       integer NOT NULL DEFAULT 0,
  reason        text,
  created_at    timestamptz NOT NULL DEFAULT market_now(),
  updated_at    timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT challenge_boards_issue UNIQUE (organisation, issue),
  CONSTRAINT challenge_boards_issued CHECK (status = 'draft' OR (issue IS NOT NULL AND issued_on IS NOT NULL))
);
CREATE INDEX challenge_boards_status ON challenge_boards (status, id DESC);

CREATE TABLE challenge_board_items (
  list       uuid NOT NULL REFERENCES challenge_boards,
  position   integer NOT NULL,
  challenge  uuid NOT NULL REFERENCES challenges,
  change     text NOT NULL CHECK (change IN ('added', 'changed', 'unchanged', 'removed')),
  content    jsonb NOT NULL,
  PRIMARY KEY (list, position),
  CONSTRAINT challenge_board_items_once UNIQUE (list, challenge)
);
CREATE TRIGGER challenge_board_items_frozen BEFORE UPDATE OR DELETE ON challenge_board_items
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER challenge_board_items_no_truncate BEFORE TRUNCATE ON challenge_board_items
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();
