-- Public money that is paid once: programmes and their budgets, what was really spent, claims, verification, payment, recovery.

CREATE TABLE programmes (
  id            uuid PRIMARY KEY,
  organisation  uuid NOT NULL REFERENCES organisations,   -- the bureau whose money it is
  status        text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'announced', 'open', 'closed', 'settled')),
  version       integer NOT NULL DEFAULT 1,
  rulebook      integer NOT NULL REFERENCES rulebooks,
  name          text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  year          integer NOT NULL CHECK (year BETWEEN 2000 AND 2100),
  region        text NOT NULL REFERENCES regions,
  modes         text[] NOT NULL CHECK (modes <@ '{pre,stage,post}'),
  beneficiary   text NOT NULL DEFAULT 'either' CHECK (beneficiary IN ('buyer', 'seller', 'either')),
  rate          integer NOT NULL CHECK (rate BETWEEN 1 AND 100),   -- percent of what is recognised
  cap           fen NOT NULL CHECK (cap > 0),                      -- of one claim
  conditions    text NOT NULL DEFAULT '' CHECK (char_length(conditions) <= 5000),
  opens_on      date NOT NULL,
  closes_on     date NOT NULL,
  opens_at      timestamptz,
  closes_at     timestamptz,
  budget        fen NOT NULL CHECK (budget > 0),
  reserved      fen NOT NULL DEFAULT 0,                   -- approved and not paid yet
  paid          fen NOT NULL DEFAULT 0,
  recovered     fen NOT NULL DEFAULT 0,
  balance       bigint GENERATED ALWAYS AS (budget - reserved - paid + recovered) STORED,
  origin        text NOT NULL DEFAULT 'real' CHECK (origin IN ('real', 'constructed')),
  reason        text,
  created_at    timestamptz NOT NULL DEFAULT market_now(),
  updated_at    timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT programmes_name UNIQUE (organisation, year, name),
  CONSTRAINT programmes_modes CHECK (cardinality(modes) >= 1),
  CONSTRAINT programmes_window CHECK (closes_on >= opens_on),
  -- The one line on which all public money of a programme hangs: whoever takes from it holds this row.
  CONSTRAINT programmes_balance CHECK (budget - reserved - paid + recovered >= 0),
  CONSTRAINT programmes_recovered CHECK (recovered <= paid),
  CONSTRAINT programmes_announced CHECK (status = 'draft' OR (opens_at IS NOT NULL AND closes_at > opens_at)),
  CONSTRAINT programmes_settled CHECK (status <> 'settled' OR reserved = 0)
);
CREATE INDEX programmes_status ON programmes (status, id DESC);
CREATE TRIGGER programmes_open_due AFTER INSERT OR UPDATE OF status, opens_at ON programmes
  FOR EACH ROW EXECUTE FUNCTION keep_due('programme.open', 'opens_at', 'announced');
CREATE TRIGGER programmes_close_due AFTER INSERT OR UPDATE OF status, closes_at ON programmes
  FOR EACH ROW EXECUTE FUNCTION keep_due('programme.close', 'closes_at', 'open');
ALTER TABLE programmes ENABLE ALWAYS TRIGGER programmes_open_due;
ALTER TABLE programmes ENABLE ALWAYS TRIGGER programmes_close_due;

-- 先行投入: what one organisation has spent on a challenge or a deal, an invoice a row.
CREATE TABLE outlays (
  id            uuid PRIMARY KEY,
  organisation  uuid NOT NULL REFERENCES organisations,
  status        text NOT NULL DEFAULT 'recorded' CHECK (status IN ('recorded', 'withdrawn')),
  version       integer NOT NULL DEFAULT 1,
  rulebook      integer NOT NULL REFERENCES rulebooks,
  challenge     uuid REFERENCES challenges,
  deal          uuid REFERENCES deals,
  category      text NOT NULL CHECK (category IN ('contract_payment', 'equipment', 'materials', 'testing', 'labour', 'services', 'other')),
  invoice_no    text NOT NULL CHECK (char_length(invoice_no) <= 40),
  issuer_code   text NOT NULL CHECK (issuer_code ~ '^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$'),
  issuer_name   text NOT NULL CHECK (char_length(issuer_name) BETWEEN 1 AND 120),
  issued_on     date NOT NULL,
  paid_on       date NOT NULL,
  amount        fen NOT NULL,
  receipt_no    text NOT NULL CHECK (char_length(receipt_no) BETWEEN 1 AND 60),   -- the bank's, for the payment
  file_hash     text NOT NULL,
  relation      text NOT NULL DEFAULT 'none' CHECK (relation IN ('none', 'same_group', 'shareholding', 'common_management', 'kinship')),
  note          text NOT NULL DEFAULT '' CHECK (char_length(note) <= 500),
  -- What an invoice is known by wherever it turns up: its issuer and its number, however it was typed. Date and amount are not
  -- part of it: they are what one would change to use it twice.
  identity      text NOT NULL GENERATED ALWAYS AS (encode(sha256(
                  (issuer_code || '|' || regexp_replace(upper(normalize(invoice_no, NFKC)), '[^0-9A-Z]', '', 'g'))::bytea), 'hex')) STORED,
  origin        text NOT NULL DEFAULT 'real' CHECK (origin IN ('real', 'constructed')),
  reason        text,
  created_at    timestamptz NOT NULL DEFAULT market_now(),
  updated_at    timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT outlays_one_matter CHECK (num_nonnulls(challenge, deal) = 1),
  CONSTRAINT outlays_amount CHECK (amount > 0),
  CONSTRAINT outlays_invoice_no CHECK (char_length(regexp_replace(upper(normalize(invoice_no, NFKC)), '[^0-9A-Z]', '', 'g')) >= 8),
  CONSTRAINT outlays_file_hash CHECK (file_hash ~ '^(sha256|sm3):[0-9a-f]{64}$')
);
-- One organisation has one entry for an invoice.
CREATE UNIQUE INDEX outlays_once ON outlays (organisation, identity) WHERE status = 'recorded';
CREATE INDEX outlays_challenge ON outlays (challenge, organisation) WHERE challenge IS NOT NULL;
CREATE INDEX outlays_deal ON outlays (deal, organisation) WHERE deal IS NOT NULL;
CREATE INDEX outlays_organisation ON outlays (organisation, id DESC);

CREATE FUNCTION members_differ(uuid[]) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT count(*) = count(DISTINCT m) FROM unnest($1) m
$$;

CREATE TABLE claims (
  id                  uuid PRIMARY KEY,
  organisation        uuid NOT NULL REFERENCES organisations,   -- who claims
  counterparty        uuid NOT NULL REFERENCES organisations,   -- the other side of the contract
  status              text NOT NULL DEFAULT 'eligible' CHECK (status IN ('eligible', 'applied', 'verified', 'on_notice', 'approved', 'paid',
                        'audited', 'recovering', 'recovered', 'refused', 'withdrawn')),
  version             integer NOT NULL DEFAULT 1,
  rulebook            integer NOT NULL REFERENCES rulebooks,
  programme           uuid NOT NULL REFERENCES programmes,
  mode                text NOT NULL CHECK (mode IN ('pre', 'stage', 'post')),
  contract            uuid NOT NULL REFERENCES contracts,
  deal                uuid NOT NULL REFERENCES deals,           -- the contract's
  title               text NOT NULL,                            -- the contract's project, as it was
  project             uuid REFERENCES projects,
  milestone           uuid REFERENCES milestones,
  statement           text NOT NULL DEFAULT '' CHECK (char_length(statement) <= 5000),
  requested           fen CHECK (requested > 0),
  account_name        text NOT NULL DEFAULT '' CHECK (char_length(account_name) <= 120),
  account_bank        text NOT NULL DEFAULT '' CHECK (char_length(account_bank) <= 120),
  account_number      text NOT NULL DEFAULT '',
  applied_at          timestamptz,            -- set by the trigger below, never by the caller
  due_at              timestamptz,
  verifiers           uuid[] NOT NULL DEFAULT '{}',   -- the persons, or the tokens without one, who verified it as it stands
  amount              fen,
  sheet               jsonb,                  -- how the amount was found, line by line
  notice              uuid REFERENCES notices,
  payment_reference   text CHECK (char_length(payment_reference) BETWEEN 1 AND 60),
  paid_on             date,
  conclusion          text,
  ground              text CHECK (ground IN ('fraud', 'termination', 'error')),
  recovery_reference  text CHECK (char_length(recovery_reference) BETWEEN 1 AND 60),
  recovered_on        date,
  origin              text NOT NULL DEFAULT 'real' CHECK (origin IN ('real', 'constructed')),
  reason              text,
  created_at          timestamptz NOT NULL DEFAULT market_now(),
  updated_at          timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT claims_two_parties CHECK (counterparty <> organisation),
  CONSTRAINT claims_milestone CHECK ((mode = 'stage') = (milestone IS NOT NULL)),
  CONSTRAINT claims_account_number CHECK (account_number ~ '^([0-9]{6,30})?$'),
  CONSTRAINT claims_applied CHECK (status IN ('eligible', 'withdrawn') OR (applied_at IS NOT NULL AND account_number <> '')),
  CONSTRAINT claims_two_verifiers CHECK (members_differ(verifiers)),
  CONSTRAINT claims_computed CHECK (status IN ('eligible', 'applied', 'refused', 'withdrawn') OR (amount > 0 AND sheet IS NOT NULL)),
  CONSTRAINT claims_paid CHECK ((status IN ('paid', 'audited', 'recovering', 'recovered')) = (payment_reference IS NOT NULL AND paid_on IS NOT NULL)),
  CONSTRAINT claims_audited CHECK (status <> 'audited' OR conclusion IS NOT NULL),
  CONSTRAINT claims_reclaimed CHECK ((status IN ('recovering', 'recovered')) = (ground IS NOT NULL)),
  CONSTRAINT claims_recovered CHECK ((status = 'recovered') = (recovery_reference IS NOT NULL AND recovered_on IS NOT NULL)),
  -- The bank's number of a transfer stands behind one payment and no other.
  CONSTRAINT claims_payment_reference UNIQUE (payment_reference),
  CONSTRAINT claims_recovery_reference UNIQUE (recovery_reference)
);
-- One organisation claims one thing of one programme once.
CREATE UNIQUE INDEX claims_once ON claims (programme, organisation, contract, mode, coalesce(milestone, '00000000-0000-0000-0000-000000000000'))
  WHERE status NOT IN ('refused', 'withdrawn', 'recovered');
CREATE INDEX claims_status ON claims (status, id DESC);
CREATE INDEX claims_programme ON claims (programme, id DESC);
CREATE INDEX claims_organisation ON claims (organisation, id DESC);
CREATE INDEX claims_contract ON claims (contract);

-- A programme's window bites in the database: the instant that is stored is the instant that is compared, and the programme's row is
-- held so that closing waits for a claim that came in time and a claim waits for a closing that came first.
CREATE FUNCTION claims_in_window() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  p record;
BEGIN
  SELECT status, opens_at, closes_at INTO p FROM programmes WHERE id = NEW.programme FOR SHARE;
  NEW.applied_at := market_now();
  IF p.status <> 'open' OR NEW.applied_at < p.opens_at OR NEW.applied_at >= p.closes_at THEN
    RAISE EXCEPTION 'the programme takes no claims' USING ERRCODE = 'check_violation', CONSTRAINT = 'claims_in_window';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER claims_in_window BEFORE UPDATE OF status ON claims FOR EACH ROW
  WHEN (OLD.status = 'eligible' AND NEW.status = 'applied') EXECUTE FUNCTION claims_in_window();

CREATE TRIGGER claims_wait_for_notice BEFORE UPDATE OF status ON claims FOR EACH ROW
  WHEN (NEW.status = 'approved') EXECUTE FUNCTION waits_for_notice();

-- What a claim rests on: the invoices as they were when it was made. A live row is money that is being asked for or was paid.
CREATE TABLE claim_outlays (
  claim     uuid NOT NULL REFERENCES claims,
  outlay    uuid NOT NULL REFERENCES outlays,
  identity  text NOT NULL,
  amount    fen NOT NULL,
  related   boolean NOT NULL,                 -- paid to somebody close: shown, and not counted
  live      boolean NOT NULL,
  excluded  text CHECK (char_length(excluded) BETWEEN 1 AND 1000),   -- why a verifier left it out
  PRIMARY KEY (claim, outlay),
  CONSTRAINT claim_outlays_counted CHECK (NOT live OR (excluded IS NULL AND NOT related))
);
-- An invoice is funded once, whichever programme pays.
CREATE UNIQUE INDEX claim_outlays_funded_once ON claim_outlays (identity) WHERE live;
CREATE INDEX claim_outlays_outlay ON claim_outlays (outlay);

-- Where nothing is asked for any more its invoices are free again; after fraud they never are.
CREATE FUNCTION claims_let_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE claim_outlays SET live = false WHERE claim = NEW.id AND live;
  RETURN NULL;
END $$;
CREATE TRIGGER claims_let_go AFTER UPDATE OF status ON claims FOR EACH ROW
  WHEN (NEW.status IN ('eligible', 'refused', 'withdrawn') OR (NEW.status = 'recovered' AND NEW.ground <> 'fraud'))
  EXECUTE FUNCTION claims_let_go();

-- What a claim rests on stays as it is while the claim lives.
CREATE FUNCTION outlays_cited() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM claim_outlays WHERE outlay = NEW.id AND live) THEN
    RAISE EXCEPTION 'a claim rests on it' USING ERRCODE = 'check_violation', CONSTRAINT = 'outlays_cited';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER outlays_cited BEFORE UPDATE ON outlays FOR EACH ROW EXECUTE FUNCTION outlays_cited();
