-- People: who they are, where they belong, how they prove it, and whom they act for.

CREATE TABLE people (
  id            uuid PRIMARY KEY,
  organisation  uuid NOT NULL REFERENCES organisations,   -- that answers for the account
  status        text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
  version       integer NOT NULL DEFAULT 1,
  rulebook      integer NOT NULL REFERENCES rulebooks,
  name          text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 60),
  login         text NOT NULL CHECK (char_length(login) BETWEEN 3 AND 120 AND login = lower(login)),
  reason        text,
  created_at    timestamptz NOT NULL DEFAULT market_now(),
  updated_at    timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT people_login UNIQUE (login)
);
CREATE INDEX people_organisation ON people (organisation, id DESC);

CREATE TABLE memberships (
  id            uuid PRIMARY KEY,
  person        uuid NOT NULL REFERENCES people,
  organisation  uuid NOT NULL REFERENCES organisations,
  status        text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'ended')),
  version       integer NOT NULL DEFAULT 1,
  rulebook      integer NOT NULL REFERENCES rulebooks,
  roles         text[] NOT NULL CHECK (cardinality(roles) >= 1
                  AND roles <@ '{university,enterprise,operator,reviewer,supervisor,registry,admin}'),
  manager       boolean NOT NULL DEFAULT false,
  valid_from    date NOT NULL DEFAULT market_today(),
  valid_to      date,
  reason        text,
  created_at    timestamptz NOT NULL DEFAULT market_now(),
  updated_at    timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT memberships_term CHECK (valid_to IS NULL OR valid_to >= valid_from)
);
-- One membership of a person in an organisation at a time.
CREATE UNIQUE INDEX memberships_once ON memberships (person, organisation) WHERE status = 'active';
CREATE INDEX memberships_organisation ON memberships (organisation, id DESC);

CREATE FUNCTION membership_holds(m memberships) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT m.status = 'active' AND m.valid_from <= market_today() AND (m.valid_to IS NULL OR m.valid_to >= market_today())
$$;

-- What an organisation has given another to do in its place.
CREATE TABLE delegations (
  id          uuid PRIMARY KEY,
  owner       uuid NOT NULL REFERENCES organisations,
  delegate    uuid NOT NULL REFERENCES organisations,
  status      text NOT NULL DEFAULT 'offered' CHECK (status IN ('offered', 'active', 'declined', 'ended', 'expired')),
  version     integer NOT NULL DEFAULT 1,
  rulebook    integer NOT NULL REFERENCES rulebooks,
  kind        text NOT NULL CHECK (kind IN ('custodian', 'broker')),
  actions     text[] NOT NULL CHECK (cardinality(actions) >= 1),
  object      text,                                         -- one object of the owner's; null for all of them
  valid_from  date NOT NULL DEFAULT market_today(),
  valid_to    date NOT NULL,
  ends_at     timestamptz GENERATED ALWAYS AS ((valid_to + 1)::timestamp AT TIME ZONE 'Asia/Shanghai') STORED,
  terms       text NOT NULL DEFAULT '' CHECK (char_length(terms) <= 2000),
  reason      text,
  created_at  timestamptz NOT NULL DEFAULT market_now(),
  updated_at  timestamptz NOT NULL DEFAULT market_now(),
  object_id   uuid,
  CONSTRAINT delegations_two_parties CHECK (owner <> delegate),
  CONSTRAINT delegations_term CHECK (valid_to >= valid_from)
);
CREATE FUNCTION delegation_holds(d delegations) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT d.status = 'active' AND d.valid_from <= market_today() AND d.valid_to >= market_today()
$$;
CREATE INDEX delegations_delegate ON delegations (delegate) WHERE status = 'active';
CREATE INDEX delegations_owner ON delegations (owner, id DESC);
CREATE INDEX delegations_due ON delegations (valid_to) WHERE status IN ('offered', 'active');

-- Passwords as PHC strings; only scrypt's result is here.
CREATE TABLE passwords (
  person  uuid PRIMARY KEY REFERENCES people,
  phc     text NOT NULL CHECK (phc LIKE '$scrypt$%'),
  set_at  timestamptz NOT NULL DEFAULT market_now()
);

-- Second factors. The secret is sealed under a key that is not in the database.
CREATE TABLE second_factors (
  person        uuid PRIMARY KEY REFERENCES people,
  sealed        bytea,                                      -- the one that counts
  pending       bytea,                                      -- the one that waits for its first code
  confirmed_at  timestamptz,
  last_step     bigint NOT NULL DEFAULT 0                   -- a code is good once: nothing at or before this step is
);
CREATE TABLE recovery_codes (
  person   uuid NOT NULL REFERENCES people,
  hash     bytea NOT NULL,
  used_at  timestamptz,
  PRIMARY KEY (person, hash)
);

-- Sign-ins.
CREATE TABLE sign_ins (
  id          uuid PRIMARY KEY,
  person      uuid NOT NULL REFERENCES people,
  membership  uuid REFERENCES memberships,
  role        text,
  factor      text NOT NULL CHECK (factor IN ('password', 'totp', 'recovery_code')),
  hash        bytea NOT NULL CONSTRAINT sign_ins_hash UNIQUE,
  label       text NOT NULL DEFAULT '' CHECK (char_length(label) <= 80),
  created_at  timestamptz NOT NULL DEFAULT market_now(),
  expires_at  timestamptz NOT NULL,
  revoked_at  timestamptz,
  CHECK ((membership IS NULL) = (role IS NULL))
);
CREATE INDEX sign_ins_person ON sign_ins (person, id DESC);

ALTER TABLE tokens
  ADD COLUMN person uuid REFERENCES people,
  ADD COLUMN membership uuid REFERENCES memberships,
  ADD CHECK ((person IS NULL) = (membership IS NULL));

-- Secrets that are shown once, work once and end: the first set-up, an invitation, a new password.
CREATE TABLE one_time_links (
  id            uuid PRIMARY KEY,
  purpose       text NOT NULL CHECK (purpose IN ('setup', 'invitation', 'password_reset')),
  hash          bytea NOT NULL CONSTRAINT one_time_links_hash UNIQUE,
  person        uuid REFERENCES people,                     -- of a reset
  login         text,                                       -- of an invitation
  organisation  uuid REFERENCES organisations,
  roles         text[],
  manager       boolean NOT NULL DEFAULT false,
  created_by    uuid REFERENCES people,
  created_at    timestamptz NOT NULL DEFAULT market_now(),
  expires_at    timestamptz NOT NULL,
  used_at       timestamptz,
  revoked_at    timestamptz,
  CHECK (CASE purpose WHEN 'setup' THEN true WHEN 'invitation' THEN login IS NOT NULL AND organisation IS NOT NULL AND roles IS NOT NULL
    ELSE person IS NOT NULL END)
);
-- There is one way into a fresh deployment at a time.
CREATE UNIQUE INDEX one_time_links_setup ON one_time_links (purpose)
  WHERE purpose = 'setup' AND used_at IS NULL AND revoked_at IS NULL;
CREATE INDEX one_time_links_organisation ON one_time_links (organisation, id DESC);

-- Wrong passwords, counted under keyed hashes of what was tried and from where: no login and no address is kept here.
CREATE TABLE failed_sign_ins (
  bucket         bytea PRIMARY KEY,
  failures       integer NOT NULL,
  last_at        timestamptz NOT NULL,
  blocked_until  timestamptz NOT NULL
);
-- Where a person has signed in from before, as keyed hashes of a device's secret or of an address.
CREATE TABLE known_places (
  person   uuid NOT NULL REFERENCES people,
  place    bytea NOT NULL,
  seen_at  timestamptz NOT NULL DEFAULT market_now(),
  PRIMARY KEY (person, place)
);

-- Who it was, and in whose place.
ALTER TABLE events
  ADD COLUMN actor_person uuid,
  ADD COLUMN acted_for uuid;
CREATE INDEX events_person ON events (actor_person) WHERE actor_person IS NOT NULL;
CREATE INDEX events_reveals ON events ((coalesce(actor_person, actor_token)), at) 
  WHERE action IN ('reveal', 'reveal_contact', 'reveal_account');

-- Who reviewed is a person, or a token that has none.
ALTER TABLE bid_reviews DROP CONSTRAINT bid_reviews_reviewer_fkey;
