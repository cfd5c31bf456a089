-- Supply: achievements, and the numbered, dated, frozen lists (成果清单) of them.

CREATE TABLE achievements (
  id              uuid PRIMARY KEY,
  organisation    uuid NOT NULL REFERENCES organisations,
  status          text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'submitted', 'under_review', 'returned', 'rejected',
                    'approved', 'published', 'expired', 'suspended', 'under_deal', 'transferred', 'withdrawn')),
  version         integer NOT NULL DEFAULT 1,
  rulebook        integer NOT NULL REFERENCES rulebooks,
  external_id     text CHECK (char_length(external_id) BETWEEN 1 AND 80),
  title           text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
  summary         text NOT NULL DEFAULT '' CHECK (char_length(summary) <= 2000),
  description     text NOT NULL DEFAULT '' CHECK (char_length(description) <= 20000),
  field           technology_field,
  keywords        text[] NOT NULL DEFAULT '{}' CHECK (cardinality(keywords) <= 30),
  trl             smallint CHECK (trl BETWEEN 1 AND 9),
  transfer_modes  text[] NOT NULL DEFAULT '{}',
  region          text NOT NULL REFERENCES regions,
  price           fen,
  origin          text NOT NULL DEFAULT 'real' CHECK (origin IN ('real', 'constructed')),
  source          text NOT NULL DEFAULT '' CHECK (char_length(source) <= 500),
  reason          text,
  created_at      timestamptz NOT NULL DEFAULT market_now(),
  updated_at      timestamptz NOT NULL DEFAULT market_now(),
  confirmed_at    timestamptz,
  expires_at      timestamptz,
  CHECK (transfer_modes <@ '{self,transfer,licence,cooperate,equity,other}'),
  CONSTRAINT achievements_published_expires CHECK (status <> 'published' OR (confirmed_at IS NOT NULL AND expires_at IS NOT NULL AND expires_at > confirmed_at)),
  CONSTRAINT achievements_external_id UNIQUE (organisation, external_id)
);
CREATE INDEX achievements_status ON achievements (status, id DESC);
CREATE INDEX achievements_organisation ON achievements (organisation, id DESC);
CREATE INDEX achievements_due ON achievements (expires_at) WHERE status = 'published';

CREATE TABLE achievement_lists (
  id            uuid PRIMARY KEY,
  organisation  uuid NOT NULL REFERENCES organisations,
  status        text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'issued', 'withdrawn')),
  version       integer NOT NULL DEFAULT 1,
  rulebook      integer NOT NULL REFERENCES rulebooks,
  title         text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
  note          text NOT NULL DEFAULT '' CHECK (char_length(note) <= 2000),
  issue         integer CHECK (issue >= 1),          -- 1, 2, 3 … within the institution
  previous      uuid REFERENCES achievement_lists,   -- the issue that the diff is against
  issued_on     date,
  items         integer NOT NULL DEFAULT 0,
  added         integer NOT NULL DEFAULT 0,
  changed       integer NOT NULL DEFAULT 0,
  removed       integer NOT NULL DEFAULT 0,
  reason        text,
  created_at    timestamptz NOT NULL DEFAULT market_now(),
  updated_at    timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT achievement_lists_issue UNIQUE (organisation, issue),
  CONSTRAINT achievement_lists_issued CHECK (status = 'draft' OR (issue IS NOT NULL AND issued_on IS NOT NULL))
);
CREATE INDEX achievement_lists_status ON achievement_lists (status, id DESC);

-- What an issue said, word for word: the row as it was, and how it differs from the issue before.
CREATE TABLE achievement_list_items (
  list         uuid NOT NULL REFERENCES achievement_lists,
  position     integer NOT NULL,
  achievement  uuid NOT NULL REFERENCES achievements,
  change       text NOT NULL CHECK (change IN ('added', 'changed', 'unchanged', 'removed')),
  content      jsonb NOT NULL,
  PRIMARY KEY (list, position),
  CONSTRAINT achievement_list_items_once UNIQUE (list, achievement)
);
CREATE TRIGGER achievement_list_items_frozen BEFORE UPDATE OR DELETE ON achievement_list_items
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER achievement_list_items_no_truncate BEFORE TRUNCATE ON achievement_list_items
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();
