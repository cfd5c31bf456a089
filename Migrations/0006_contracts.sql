-- Technology contracts, their registration, and the turnover that registrations make.

CREATE TABLE contracts (
  id                 uuid PRIMARY KEY,
  deal               uuid NOT NULL CONSTRAINT contracts_one_per_deal UNIQUE REFERENCES deals,
  status             text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'self_checked', 'filed', 'accepted', 'supplement',
                       'registered', 'not_registered', 'cancelled')),
  version            integer NOT NULL DEFAULT 1,
  rulebook           integer NOT NULL REFERENCES rulebooks,
  project_name       text NOT NULL CHECK (char_length(project_name) BETWEEN 1 AND 200),
  contract_type      text NOT NULL CHECK (contract_type IN ('TD', 'TT', 'TL', 'TC', 'TS')),
  technology_field   technology_field NOT NULL,
  seller             uuid NOT NULL REFERENCES organisations,
  buyer              uuid NOT NULL REFERENCES organisations,
  seller_region      text NOT NULL REFERENCES regions,
  buyer_region       text NOT NULL REFERENCES regions,
  total_amount       fen NOT NULL,
  technical_amount   fen NOT NULL,
  signed_on          date NOT NULL,
  valid_from         date NOT NULL,
  valid_to           date NOT NULL,
  contract_no        text CONSTRAINT contracts_contract_no UNIQUE CHECK (contract_no ~ '^([0-9]{14}|[0-9]{16})$'),
  registered_by      uuid,
  registrar_kind     text GENERATED ALWAYS AS (CASE WHEN registered_by IS NULL THEN NULL ELSE 'registry' END) STORED,
  registered_at      timestamptz,
  due_at             timestamptz,
  reason             text,
  created_at         timestamptz NOT NULL DEFAULT market_now(),
  updated_at         timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT contracts_two_parties CHECK (seller <> buyer),
  CONSTRAINT contracts_technical_within_total CHECK (technical_amount <= total_amount),
  CONSTRAINT contracts_term CHECK (valid_to >= valid_from),
  -- Only an organisation of kind registry can stand behind a registration.
  CONSTRAINT contracts_registered_by_registry FOREIGN KEY (registered_by, registrar_kind) REFERENCES organisations (id, kind),
  CONSTRAINT contracts_registered CHECK (status NOT IN ('registered', 'cancelled')
    OR (registered_by IS NOT NULL AND registered_at IS NOT NULL AND contract_no IS NOT NULL))
);
CREATE INDEX contracts_seller ON contracts (seller, id DESC);
CREATE INDEX contracts_buyer ON contracts (buyer, id DESC);
CREATE INDEX contracts_status ON contracts (status, id DESC);

-- One contract is counted once, whoever files it again under another deal.
CREATE UNIQUE INDEX contracts_identity ON contracts
  (seller, buyer, signed_on, total_amount, (lower(normalize(regexp_replace(project_name, '\s+', '', 'g'), NFKC))))
  WHERE status IN ('filed', 'accepted', 'supplement', 'registered');

-- Turnover is a ledger: registration adds, cancellation takes away in the period in which it is booked. The region, type and
-- field are those of the contract when the entry was made.
CREATE TABLE turnover_entries (
  contract          uuid NOT NULL REFERENCES contracts,
  entry             text NOT NULL CHECK (entry IN ('registration', 'cancellation')),
  booked_on         date NOT NULL,
  contract_type     text NOT NULL,
  technology_field  technology_field NOT NULL,
  seller_region     text NOT NULL REFERENCES regions,
  buyer_region      text NOT NULL REFERENCES regions,
  contracts         smallint NOT NULL,
  total_amount      bigint NOT NULL,
  technical_amount  bigint NOT NULL,
  booked_at         timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT turnover_entries_once PRIMARY KEY (contract, entry),
  CHECK (contracts = CASE entry WHEN 'registration' THEN 1 ELSE -1 END),
  CHECK (abs(technical_amount) <= abs(total_amount)),
  CHECK (CASE entry WHEN 'registration' THEN total_amount >= 0 AND technical_amount >= 0
                    ELSE total_amount <= 0 AND technical_amount <= 0 END)
);
CREATE INDEX turnover_entries_period ON turnover_entries (booked_on)
  INCLUDE (contract_type, technology_field, seller_region, buyer_region, contracts, total_amount, technical_amount);
CREATE TRIGGER turnover_entries_append_only BEFORE UPDATE OR DELETE ON turnover_entries
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER turnover_entries_no_truncate BEFORE TRUNCATE ON turnover_entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();
