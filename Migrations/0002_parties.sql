-- Organisations and their API tokens.

CREATE TABLE organisations (
  id             uuid PRIMARY KEY,
  status         text NOT NULL DEFAULT 'unverified' CHECK (status IN ('unverified', 'verified', 'rejected', 'suspended')),
  version        integer NOT NULL DEFAULT 1,
  rulebook       integer NOT NULL REFERENCES rulebooks,
  name           text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 120),
  kind           text NOT NULL CHECK (kind IN ('university', 'institute', 'enterprise', 'agency', 'government', 'registry', 'operator', 'other')),
  uscc           text CHECK (uscc ~ '^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$'),
  -- True where two people have put down that the code is right although its check digits are not.
  uscc_override  boolean NOT NULL DEFAULT false,
  proposed_uscc  text CHECK (proposed_uscc ~ '^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$'),
  proposed_by    uuid,
  confirmed_by   uuid,
  country        text NOT NULL DEFAULT 'CN' CONSTRAINT organisations_country CHECK (country ~ '^[A-Z]{2}$'),
  foreign_no     text CHECK (char_length(foreign_no) BETWEEN 1 AND 60),
  region         text NOT NULL REFERENCES regions,
  origin         text NOT NULL DEFAULT 'real' CHECK (origin IN ('real', 'constructed')),
  evidence       text CHECK (char_length(evidence) BETWEEN 1 AND 500),
  verified_at    timestamptz,
  reason         text,
  created_at     timestamptz NOT NULL DEFAULT market_now(),
  updated_at     timestamptz NOT NULL DEFAULT market_now(),
  -- What the first two characters of a code must be for an organisation of this kind is a list of the rulebook.
  uscc_list      text GENERATED ALWAYS AS (CASE WHEN uscc IS NULL OR uscc_override THEN NULL
                   WHEN kind = 'other' THEN 'credit_code_class' ELSE 'credit_code_kind' END) STORED,
  uscc_class     text GENERATED ALWAYS AS (CASE WHEN uscc IS NULL THEN NULL
                   WHEN kind = 'other' THEN left(uscc, 2) ELSE kind || ' ' || left(uscc, 2) END) STORED,
  CONSTRAINT organisations_kind UNIQUE (id, kind),
  CONSTRAINT organisations_code_fits_kind FOREIGN KEY (uscc_list, uscc_class) REFERENCES codes (list, code),
  -- Only what this country registers has its code, and only what it does not has another country's number.
  CONSTRAINT organisations_foreign CHECK (CASE WHEN country = 'CN' THEN foreign_no IS NULL
    ELSE uscc IS NULL AND region = '990000' END),
  CONSTRAINT organisations_abroad CHECK (country <> 'CN' OR region <> '990000'),
  CONSTRAINT organisations_override_by_two CHECK (NOT uscc_override
    OR (uscc IS NOT NULL AND proposed_by IS NOT NULL AND confirmed_by IS NOT NULL AND proposed_by <> confirmed_by)),
  CONSTRAINT organisations_verified CHECK (status <> 'verified' OR (verified_at IS NOT NULL AND evidence IS NOT NULL))
);
-- A credit code names one organisation; without one the name must do.
CREATE UNIQUE INDEX organisations_uscc ON organisations (uscc) WHERE uscc IS NOT NULL;
CREATE UNIQUE INDEX organisations_name_without_code ON organisations (name) WHERE uscc IS NULL;
CREATE INDEX organisations_status ON organisations (status, id DESC);

CREATE TABLE tokens (
  id            uuid PRIMARY KEY,
  organisation  uuid NOT NULL REFERENCES organisations,
  role          text NOT NULL CHECK (role IN ('university', 'enterprise', 'operator', 'reviewer', 'supervisor', 'registry', 'admin')),
  label         text NOT NULL CHECK (char_length(label) BETWEEN 1 AND 80),
  scopes        text[],                      -- null: everything the role may
  hash          bytea NOT NULL CONSTRAINT tokens_hash UNIQUE,
  created_at    timestamptz NOT NULL DEFAULT market_now(),
  expires_at    timestamptz NOT NULL,
  revoked_at    timestamptz
);
CREATE INDEX tokens_organisation ON tokens (organisation);

-- When a token or a sign-in was last of use: written at most once a minute, beside the rows that say what they are.
CREATE TABLE credential_uses (
  credential  uuid PRIMARY KEY,
  at          timestamptz NOT NULL
);

-- A region as it is now: an abolished one is followed to what took its place.
CREATE FUNCTION region_now(asked text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  WITH RECURSIVE way AS (
    SELECT code, successor, valid_to, 1 AS step FROM regions WHERE code = asked
    UNION ALL
    SELECT r.code, r.successor, r.valid_to, way.step + 1 FROM way JOIN regions r ON r.code = way.successor
    WHERE way.valid_to <= market_today() AND way.step < 10)
  SELECT code FROM way ORDER BY step DESC LIMIT 1
$$;
