-- Releases of the Open Contracting Data Standard: one for each thing that happens to a challenge or a board in public, written in the
-- transaction in which it happened, and never written again.

CREATE TABLE ocds_publisher (
  singleton  boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  -- Given out by the Open Contracting Partnership; until then the placeholder says that it was not.
  prefix     text NOT NULL DEFAULT 'ocds-xxxxxx' CHECK (prefix ~ '^ocds-[a-z0-9]{6}$'),
  name       text NOT NULL DEFAULT 'Jiebang' CHECK (char_length(name) BETWEEN 1 AND 120)
);
INSERT INTO ocds_publisher DEFAULT VALUES;

CREATE TABLE ocds_releases (
  ocid       text NOT NULL,
  number     integer NOT NULL CHECK (number > 0),   -- dense within a process
  challenge  uuid REFERENCES challenges,
  board      uuid REFERENCES challenge_boards,
  event      uuid NOT NULL,
  date       timestamptz NOT NULL,
  tag        text NOT NULL CHECK (tag IN ('planning', 'planningUpdate', 'tender', 'tenderUpdate', 'tenderAmendment', 'tenderCancellation', 'award', 'awardUpdate',
               'awardCancellation', 'contract', 'contractUpdate', 'contractTermination', 'implementation', 'implementationUpdate')),
  body       text NOT NULL,                         -- the release as it was made: these bytes are what is served
  PRIMARY KEY (ocid, number),
  CONSTRAINT ocds_releases_of_one CHECK (num_nonnulls(challenge, board) = 1),
  CONSTRAINT ocds_releases_date UNIQUE (ocid, date), -- merging goes by date
  CONSTRAINT ocds_releases_event UNIQUE (event)
);
CREATE INDEX ocds_releases_challenge ON ocds_releases (challenge, number);
CREATE INDEX ocds_releases_board ON ocds_releases (board, number);
CREATE INDEX ocds_releases_by_date ON ocds_releases (date, ocid, number);

CREATE TRIGGER ocds_releases_append_only BEFORE UPDATE OR DELETE ON ocds_releases
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER ocds_releases_no_truncate BEFORE TRUNCATE ON ocds_releases
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();
