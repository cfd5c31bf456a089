-- Organisations and their API tokens.

CREATE TABLE organisations (
  id           uuid PRIMARY KEY,
  name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 120),
  kind         text NOT NULL CHECK (kind IN ('university', 'institute', 'enterprise', 'agency', 'government', 'registry', 'operator', 'other')),
  uscc         text CHECK (uscc ~ '^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$'),
  region       text NOT NULL REFERENCES regions,
  origin       text NOT NULL DEFAULT 'real' CHECK (origin IN ('real', 'constructed')),
  version      integer NOT NULL DEFAULT 1,
  created_at   timestamptz NOT NULL DEFAULT market_now(),
  updated_at   timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT organisations_kind UNIQUE (id, kind)
);
-- A credit code names one organisation; without one the name must do.
CREATE UNIQUE INDEX organisations_uscc ON organisations (uscc) WHERE uscc IS NOT NULL;
CREATE UNIQUE INDEX organisations_name_without_code ON organisations (name) WHERE uscc IS NULL;

CREATE TABLE tokens (
  id            uuid PRIMARY KEY,
  organisation  uuid NOT NULL REFERENCES organisations,
  role          text NOT NULL CHECK (role IN ('university', 'enterprise', 'operator', 'reviewer', 'supervisor', 'registry', 'admin')),
  label         text NOT NULL CHECK (char_length(label) BETWEEN 1 AND 80),
  hash          bytea NOT NULL CONSTRAINT tokens_hash UNIQUE,
  created_at    timestamptz NOT NULL DEFAULT market_now(),
  expires_at    timestamptz NOT NULL,
  revoked_at    timestamptz
);
CREATE INDEX tokens_organisation ON tokens (organisation);
