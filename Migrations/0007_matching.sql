-- What people did with a proposed match: what the weights of the ranking can be fitted to, and what an inventor learns from a "no".

CREATE TABLE match_feedback (
  id            uuid PRIMARY KEY,
  challenge     uuid NOT NULL REFERENCES challenges,
  achievement   uuid NOT NULL REFERENCES achievements,
  organisation  uuid NOT NULL REFERENCES organisations,
  kind          text NOT NULL CHECK (kind IN ('viewed', 'contacted', 'declined', 'dealt')),
  reason        text,
  comment       text NOT NULL DEFAULT '' CHECK (char_length(comment) <= 1000),
  at            timestamptz NOT NULL DEFAULT market_now(),
  -- A "no" says why, and nothing else does.
  CONSTRAINT match_feedback_reason CHECK ((kind = 'declined') = (reason IS NOT NULL)),
  -- Said once by each organisation; saying it again changes it.
  CONSTRAINT match_feedback_once UNIQUE (challenge, achievement, organisation, kind)
);
CREATE INDEX match_feedback_achievement ON match_feedback (achievement);
