-- What follows an award: the project of each winner, its milestones, its acceptance; and the records that keep a cheat out.

CREATE TABLE projects (
  id                   uuid PRIMARY KEY,
  status               text NOT NULL DEFAULT 'awarded' CHECK (status IN ('awarded', 'contracted', 'executing', 'acceptance', 'completed',
                         'concluded', 'failed', 'terminated', 'eliminated', 'forfeited')),
  version              integer NOT NULL DEFAULT 1,
  rulebook             integer NOT NULL REFERENCES rulebooks,
  challenge            uuid NOT NULL REFERENCES challenges,
  bid                  uuid NOT NULL,
  poster               uuid NOT NULL REFERENCES organisations,
  solver               uuid NOT NULL REFERENCES organisations,
  title                text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
  price                fen NOT NULL,
  deal                 uuid CONSTRAINT projects_deal UNIQUE REFERENCES deals,
  contract_due_at      timestamptz NOT NULL,
  -- 军令状
  leader               text NOT NULL DEFAULT '' CHECK (char_length(leader) <= 60),
  consortium_agreement text NOT NULL DEFAULT '' CHECK (char_length(consortium_agreement) <= 200),
  pledge               text CHECK (char_length(pledge) BETWEEN 1 AND 5000),
  indicators           jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(indicators) = 'array' AND jsonb_array_length(indicators) <= 60),
  ends_on              date,
  pledge_content       text,               -- canonical JSON, byte for byte what `pledge_hash` is of
  pledge_hash          text CHECK (pledge_hash ~ '^[a-z0-9]+:[0-9a-f]{64}$'),
  pledged_at           timestamptz,
  pledge_confirmed_at  timestamptz,
  -- what the parties agree on before the start
  plan                 jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(plan) = 'array'),
  first_percent        smallint CHECK (first_percent BETWEEN 0 AND 100),
  started_at           timestamptz,
  accept_by            timestamptz,
  -- a change that waits for its approvals
  change               jsonb,
  change_agreed_at     timestamptz,
  -- how it ended
  solver_consents_at   timestamptz,
  poster_consents_at   timestamptz,
  ground               text CHECK (ground IN ('missed_milestone', 'missed_acceptance', 'mutual', 'fraud')),
  decision             text CHECK (char_length(decision) BETWEEN 1 AND 200),
  approved_cost        fen,
  reason               text,
  created_at           timestamptz NOT NULL DEFAULT market_now(),
  updated_at           timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT projects_once UNIQUE (challenge, solver),
  CONSTRAINT projects_bid FOREIGN KEY (bid, challenge) REFERENCES bids (id, challenge),
  CONSTRAINT projects_two_parties CHECK (solver <> poster),
  CONSTRAINT projects_pledged CHECK (num_nulls(pledge, pledge_content, pledge_hash, pledged_at) IN (0, 4)),
  CONSTRAINT projects_contracted CHECK (status IN ('awarded', 'forfeited')
    OR (deal IS NOT NULL AND pledge_confirmed_at IS NOT NULL AND ends_on IS NOT NULL)),
  CONSTRAINT projects_started CHECK (status NOT IN ('executing', 'acceptance', 'completed', 'concluded', 'failed', 'eliminated')
    OR (started_at IS NOT NULL AND accept_by IS NOT NULL)),
  CONSTRAINT projects_terminated CHECK (status <> 'terminated' OR (ground IS NOT NULL AND decision IS NOT NULL AND reason IS NOT NULL)),
  CONSTRAINT projects_eliminated CHECK (status <> 'eliminated' OR (approved_cost IS NOT NULL AND reason IS NOT NULL)),
  CONSTRAINT projects_approved_cost CHECK (approved_cost <= price)
);
CREATE INDEX projects_challenge ON projects (challenge, id);
CREATE INDEX projects_solver ON projects (solver, id DESC);
CREATE INDEX projects_poster ON projects (poster, id DESC);
CREATE INDEX projects_status ON projects (status, id DESC);

-- Who does not contract in time makes room for the next in rank.
CREATE TRIGGER projects_due AFTER INSERT OR UPDATE OF status, contract_due_at ON projects
  FOR EACH ROW EXECUTE FUNCTION keep_due('project.forfeit', 'contract_due_at', 'awarded');
ALTER TABLE projects ENABLE ALWAYS TRIGGER projects_due;

-- 赛马制: of those who run side by side at least one stays. The challenge's row orders two eliminations at once.
CREATE FUNCTION projects_one_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM challenges WHERE id = NEW.challenge FOR NO KEY UPDATE;
  PERFORM FROM projects WHERE challenge = NEW.challenge AND id <> NEW.id AND status IN ('contracted', 'executing', 'acceptance');
  IF NOT FOUND THEN
    RAISE EXCEPTION 'nobody would be left in the race' USING ERRCODE = 'check_violation', CONSTRAINT = 'projects_one_stays';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER projects_one_stays BEFORE UPDATE OF status ON projects FOR EACH ROW
  WHEN (NEW.status = 'eliminated' AND OLD.status <> 'eliminated') EXECUTE FUNCTION projects_one_stays();

CREATE TABLE milestones (
  id              uuid PRIMARY KEY,
  project         uuid NOT NULL REFERENCES projects,
  status          text NOT NULL DEFAULT 'planned' CHECK (status IN ('planned', 'due', 'submitted', 'rectifying', 'passed', 'failed',
                    'waived')),
  version         integer NOT NULL DEFAULT 1,
  rulebook        integer NOT NULL REFERENCES rulebooks,
  number          smallint NOT NULL CHECK (number >= 1),
  title           text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
  gate            boolean NOT NULL DEFAULT false,      -- where a race may be decided
  indicators      jsonb NOT NULL CHECK (jsonb_typeof(indicators) = 'array' AND jsonb_array_length(indicators) BETWEEN 1 AND 30),
  due_on          date NOT NULL,
  due_at          timestamptz GENERATED ALWAYS AS ((due_on + 1)::timestamp AT TIME ZONE 'Asia/Shanghai') STORED,
  pay_percent     smallint NOT NULL CHECK (pay_percent BETWEEN 0 AND 100),
  rectify_by      timestamptz,
  results         jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(results) = 'array'),
  submitted_at    timestamptz,
  waiver_reason   text CHECK (char_length(waiver_reason) BETWEEN 1 AND 1000),
  reason          text,
  created_at      timestamptz NOT NULL DEFAULT market_now(),
  updated_at      timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT milestones_number UNIQUE (project, number),
  CONSTRAINT milestones_submitted CHECK (status NOT IN ('submitted', 'passed') OR (submitted_at IS NOT NULL AND jsonb_array_length(results) > 0)),
  CONSTRAINT milestones_rectified CHECK (status NOT IN ('due', 'rectifying') OR rectify_by IS NOT NULL)
);
CREATE INDEX milestones_status ON milestones (status, id DESC);

CREATE TRIGGER milestones_due AFTER INSERT OR UPDATE OF status, due_on ON milestones
  FOR EACH ROW EXECUTE FUNCTION keep_due('milestone.fall_due', 'due_at', 'planned');
CREATE TRIGGER milestones_lapse AFTER INSERT OR UPDATE OF status, rectify_by ON milestones
  FOR EACH ROW EXECUTE FUNCTION keep_due('milestone.lapse', 'rectify_by', 'due', 'rectifying');
ALTER TABLE milestones ENABLE ALWAYS TRIGGER milestones_due;
ALTER TABLE milestones ENABLE ALWAYS TRIGGER milestones_lapse;

-- 验收: one of a project that delivered.
CREATE TABLE acceptances (
  id               uuid PRIMARY KEY,
  project          uuid NOT NULL CONSTRAINT acceptances_once UNIQUE REFERENCES projects,
  status           text NOT NULL DEFAULT 'requested' CHECK (status IN ('requested', 'supplementing', 'panel', 'passed', 'concluded',
                     'failed')),
  version          integer NOT NULL DEFAULT 1,
  rulebook         integer NOT NULL REFERENCES rulebooks,
  report           text NOT NULL CHECK (char_length(report) BETWEEN 1 AND 20000),
  results          jsonb NOT NULL CHECK (jsonb_typeof(results) = 'array'),
  evidence         jsonb NOT NULL CHECK (jsonb_typeof(evidence) = 'array' AND jsonb_array_length(evidence) > 0),
  veto_reason      text CHECK (char_length(veto_reason) BETWEEN 1 AND 1000),
  veto_indicators  text[] NOT NULL DEFAULT '{}',
  reason           text,
  decided_at       timestamptz,
  created_at       timestamptz NOT NULL DEFAULT market_now(),
  updated_at       timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT acceptances_veto CHECK ((veto_reason IS NULL) = (cardinality(veto_indicators) = 0)),
  CONSTRAINT acceptances_decided CHECK ((status IN ('passed', 'concluded', 'failed')) = (decided_at IS NOT NULL))
);
CREATE INDEX acceptances_status ON acceptances (status, id DESC);

-- Seats are organisations'; each sends one voice.
CREATE TABLE acceptance_seats (
  acceptance    uuid NOT NULL REFERENCES acceptances,
  organisation  uuid NOT NULL REFERENCES organisations,
  side          text NOT NULL CHECK (side IN ('user', 'market', 'technical', 'finance')),
  CONSTRAINT acceptance_seats_once PRIMARY KEY (acceptance, organisation)
);
CREATE TABLE acceptance_votes (
  acceptance    uuid NOT NULL,
  organisation  uuid NOT NULL,
  token         uuid REFERENCES tokens,
  person        uuid REFERENCES people,
  verdict       text NOT NULL CHECK (verdict IN ('passed', 'concluded', 'failed')),
  comment       text NOT NULL CHECK (char_length(comment) BETWEEN 1 AND 2000),
  at            timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT acceptance_votes_once PRIMARY KEY (acceptance, organisation),
  CONSTRAINT acceptance_votes_seat FOREIGN KEY (acceptance, organisation) REFERENCES acceptance_seats (acceptance, organisation)
);
CREATE TRIGGER acceptance_seats_stay BEFORE UPDATE OR DELETE ON acceptance_seats
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER acceptance_votes_stay BEFORE UPDATE OR DELETE ON acceptance_votes
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();

-- 失信记录: fraud, not failure.
CREATE TABLE integrity_records (
  id            uuid PRIMARY KEY,
  organisation  uuid NOT NULL REFERENCES organisations,
  status        text NOT NULL DEFAULT 'proposed' CHECK (status IN ('proposed', 'in_force', 'dismissed', 'lifted', 'expired')),
  version       integer NOT NULL DEFAULT 1,
  rulebook      integer NOT NULL REFERENCES rulebooks,
  ground        text NOT NULL CHECK (ground IN ('fraud', 'false_evidence', 'collusion', 'bribery', 'misuse_of_funds', 'plagiarism')),
  facts         text NOT NULL CHECK (char_length(facts) BETWEEN 1 AND 5000),
  project       uuid REFERENCES projects,
  decision      text CHECK (char_length(decision) BETWEEN 1 AND 200),
  in_force_from timestamptz,
  until_on      date,
  ends_at       timestamptz GENERATED ALWAYS AS ((until_on + 1)::timestamp AT TIME ZONE 'Asia/Shanghai') STORED,
  reason        text,
  created_at    timestamptz NOT NULL DEFAULT market_now(),
  updated_at    timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT integrity_records_in_force CHECK (status IN ('proposed', 'dismissed')
    OR (decision IS NOT NULL AND in_force_from IS NOT NULL AND ends_at > in_force_from))
);
CREATE INDEX integrity_records_organisation ON integrity_records (organisation, id DESC);
CREATE INDEX integrity_records_status ON integrity_records (status, id DESC);

CREATE TRIGGER integrity_records_due AFTER INSERT OR UPDATE OF status, until_on ON integrity_records
  FOR EACH ROW EXECUTE FUNCTION keep_due('integrity_record.expire', 'ends_at', 'in_force');
ALTER TABLE integrity_records ENABLE ALWAYS TRIGGER integrity_records_due;

-- Whether a record against an organisation is in force, by the clock and not by whether somebody has noticed its end.
CREATE FUNCTION is_barred(who uuid) RETURNS boolean LANGUAGE sql AS $$
  SELECT EXISTS (SELECT FROM integrity_records WHERE organisation = who AND status = 'in_force' AND market_now() < ends_at)
$$;
