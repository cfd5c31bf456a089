-- Review: a pool of experts, panels drawn from it in public, what their members say, and the marks that follow from it.

CREATE TABLE experts (
  id            uuid PRIMARY KEY,
  person        uuid NOT NULL REFERENCES people,
  organisation  uuid NOT NULL REFERENCES organisations,     -- the employer
  status        text NOT NULL DEFAULT 'proposed' CHECK (status IN ('proposed', 'listed', 'paused', 'removed')),
  version       integer NOT NULL DEFAULT 1,
  rulebook      integer NOT NULL REFERENCES rulebooks,
  kind          text NOT NULL CHECK (kind IN ('academia', 'industry', 'user', 'finance')),
  fields        text[] NOT NULL CHECK (cardinality(fields) >= 1 AND fields <@ '{01,02,03,04,05,06,07,08,09,10,11}'),
  reason        text,
  created_at    timestamptz NOT NULL DEFAULT market_now(),
  updated_at    timestamptz NOT NULL DEFAULT market_now()
);
CREATE UNIQUE INDEX experts_once ON experts (person) WHERE status <> 'removed';
CREATE INDEX experts_listed ON experts USING gin (fields) WHERE status = 'listed';

-- What stands between an expert and an organisation and can be read from no other table.
CREATE TABLE expert_relations (
  id            uuid PRIMARY KEY,
  expert        uuid NOT NULL REFERENCES experts,
  organisation  uuid NOT NULL REFERENCES organisations,
  ground        text NOT NULL CHECK (ground IN ('employer', 'kinship', 'supervision', 'co_author', 'co_inventor', 'shareholder',
                  'consultant', 'litigation', 'payment', 'other')),
  source        text NOT NULL CHECK (source IN ('self', 'graph', 'objection')),
  note          text NOT NULL DEFAULT '' CHECK (char_length(note) <= 1000),
  until         date,                                        -- the last day on which it still counts; null for good
  created_at    timestamptz NOT NULL DEFAULT market_now()
);
CREATE INDEX expert_relations_expert ON expert_relations (expert);
CREATE TRIGGER expert_relations_append_only BEFORE UPDATE OR DELETE ON expert_relations
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER expert_relations_no_truncate BEFORE TRUNCATE ON expert_relations
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

-- Whose matter a challenge is once its bids are open: the poster's, every bidder's, and of a joint bid every member's. Members are
-- a later file's, which this language does not mind.
CREATE FUNCTION challenge_parties(of uuid) RETURNS SETOF uuid LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN QUERY SELECT c.organisation FROM challenges c WHERE c.id = challenge_parties.of
    UNION SELECT b.organisation FROM bids b WHERE b.challenge = challenge_parties.of
    UNION SELECT m.organisation FROM bid_members m WHERE m.challenge = challenge_parties.of;
END $$;

-- 回避: what keeps an expert from a challenge. What has ended still counts if it ended on `since` or later. `employer` is the
-- organisation the expert is listed with and every place of the person; `delegation` and `payment` are between that employer and a
-- party: one acts for the other, or they have signed a deal. The rest was registered by name.
CREATE FUNCTION expert_conflicts(expert uuid, challenge uuid, since date)
  RETURNS TABLE (ground text, organisation uuid, source text) LANGUAGE sql STABLE AS $$
  WITH e AS (SELECT x.id, x.person, x.organisation AS employer FROM experts x WHERE x.id = $1),
    p AS (SELECT party FROM challenge_parties($2) AS party)
  SELECT 'employer', p.party, 'graph' FROM e JOIN p ON p.party = e.employer
  UNION ALL
  SELECT 'employer', m.organisation, 'graph' FROM e JOIN memberships m ON m.person = e.person JOIN p ON p.party = m.organisation
    WHERE least(m.valid_to, CASE WHEN m.status = 'ended' THEN (m.updated_at AT TIME ZONE 'Asia/Shanghai')::date END, 'infinity') >= $3
  UNION ALL
  SELECT r.ground, r.organisation, r.source FROM e JOIN expert_relations r ON r.expert = e.id JOIN p ON p.party = r.organisation
    WHERE r.until IS NULL OR r.until >= market_today()
  UNION ALL
  SELECT 'delegation', p.party, 'graph' FROM e JOIN p ON p.party <> e.employer
    JOIN delegations d ON (d.owner, d.delegate) IN ((e.employer, p.party), (p.party, e.employer))
    WHERE d.status IN ('active', 'ended', 'expired')
      AND least(d.valid_to, CASE WHEN d.status = 'ended' THEN (d.updated_at AT TIME ZONE 'Asia/Shanghai')::date END) >= $3
  UNION ALL
  SELECT 'payment', p.party, 'graph' FROM e JOIN p ON p.party <> e.employer
    JOIN deals d ON (d.seller, d.buyer) IN ((e.employer, p.party), (p.party, e.employer))
    WHERE d.signed_on >= $3 AND d.status IN ('signed', 'registered', 'completed', 'terminated')
$$;

CREATE TABLE panels (
  id              uuid PRIMARY KEY,
  challenge       uuid NOT NULL REFERENCES challenges,
  organisation    uuid NOT NULL REFERENCES organisations,    -- that runs it
  status          text NOT NULL DEFAULT 'frozen' CHECK (status IN ('frozen', 'drawn', 'reviewing', 'closed', 'dissolved')),
  version         integer NOT NULL DEFAULT 1,
  rulebook        integer NOT NULL REFERENCES rulebooks,
  size            smallint NOT NULL CHECK (size >= 1 AND size % 2 = 1),
  industry_seats  smallint NOT NULL CHECK (industry_seats BETWEEN 0 AND size),
  pool_size       integer NOT NULL CHECK (pool_size >= size),
  pool_digest     text NOT NULL CHECK (pool_digest ~ '^[0-9a-f]{64}$'),
  outside_source  text CHECK (char_length(outside_source) BETWEEN 1 AND 300),   -- a number that others will publish, named beforehand
  outside_value   text CHECK (char_length(outside_value) BETWEEN 1 AND 100),
  seed            text CHECK (seed ~ '^[0-9a-f]{64}$'),      -- the root of the first signed head that holds the freezing
  head            bigint REFERENCES ledger_heads (number),
  reason          text,
  drawn_at        timestamptz,
  begun_at        timestamptz,
  closed_at       timestamptz,
  created_at      timestamptz NOT NULL DEFAULT market_now(),
  updated_at      timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT panels_drawn CHECK (status IN ('frozen', 'dissolved')
    OR (seed IS NOT NULL AND head IS NOT NULL AND (outside_source IS NULL) = (outside_value IS NULL)))
);
-- A second panel is drawn only when the first has been dissolved, in public and with a reason.
CREATE UNIQUE INDEX panels_one ON panels (challenge) WHERE status <> 'dissolved';

-- Everybody of the pool in the field: who was left out and on which ground, and the others in the order of their tickets.
CREATE TABLE panel_candidates (
  panel       uuid NOT NULL REFERENCES panels,
  expert      uuid NOT NULL REFERENCES experts,
  kind        text NOT NULL,
  status      text NOT NULL CHECK (status IN ('excluded', 'waiting', 'seated', 'accepted', 'declined', 'recused')),
  ground      text,
  statement   text CHECK (char_length(statement) <= 1000),
  ticket      text CHECK (ticket ~ '^[0-9a-f]{64}$'),
  place       integer,
  number      smallint,                                      -- under which the sheets are made public: by chance
  changed_at  timestamptz NOT NULL DEFAULT market_now(),
  PRIMARY KEY (panel, expert),
  CONSTRAINT panel_candidates_place UNIQUE (panel, place),
  CONSTRAINT panel_candidates_ground CHECK (status NOT IN ('excluded', 'recused') OR ground IS NOT NULL)
);
CREATE INDEX panel_candidates_expert ON panel_candidates (expert);

-- The bids before a panel under names that mean nothing, and what became of them.
CREATE TABLE panel_bids (
  panel      uuid NOT NULL REFERENCES panels,
  bid        uuid NOT NULL REFERENCES bids,
  label      text NOT NULL CHECK (label ~ '^[A-Z]{1,3}$'),
  sheets     smallint,
  mean       numeric(5, 2),
  indicator  numeric(5, 2),                                  -- mean of the criterion that decides between equals
  highest    numeric(5, 2),
  lowest     numeric(5, 2),
  deviation  numeric(5, 2),
  PRIMARY KEY (panel, bid),
  CONSTRAINT panel_bids_label UNIQUE (panel, label)
);

CREATE TABLE panel_sheets (
  panel   uuid NOT NULL,
  expert  uuid NOT NULL,
  bid     uuid NOT NULL,
  at      timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT panel_sheets_once PRIMARY KEY (panel, expert, bid),
  FOREIGN KEY (panel, expert) REFERENCES panel_candidates,
  FOREIGN KEY (panel, bid) REFERENCES panel_bids
);
CREATE TABLE panel_scores (
  panel      uuid NOT NULL,
  expert     uuid NOT NULL,
  bid        uuid NOT NULL,
  criterion  smallint NOT NULL CHECK (criterion >= 1),       -- its place among the challenge's criteria
  score      smallint NOT NULL CHECK (score BETWEEN 0 AND 100),
  comment    text NOT NULL CHECK (char_length(comment) BETWEEN 1 AND 1000),
  PRIMARY KEY (panel, expert, bid, criterion),
  FOREIGN KEY (panel, expert, bid) REFERENCES panel_sheets
);
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['panel_sheets', 'panel_scores'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history()',
      name || '_append_only', name);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history()',
      name || '_no_truncate', name);
  END LOOP;
END $$;

-- Whether a candidate is a member who has judged every bid that is still valid: half a member's sheets would have some bids judged by
-- other people than others.
CREATE FUNCTION panel_complete(of uuid, member uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM panel_candidates m WHERE m.panel = $1 AND m.expert = $2 AND m.status = 'accepted')
    AND NOT EXISTS (SELECT FROM panel_bids l JOIN bids b ON b.id = l.bid WHERE l.panel = $1 AND b.status <> 'invalid'
      AND NOT EXISTS (SELECT FROM panel_sheets s WHERE s.panel = $1 AND s.expert = $2 AND s.bid = l.bid))
$$;

-- The first signed head that holds the event of a panel's freezing.
CREATE FUNCTION panel_head(of uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT h.number FROM events e JOIN ledger_leaves l USING (position) JOIN ledger_heads h ON h.size >= l.seq
  WHERE e.object_id = $1 AND e.kind = 'panel' AND e.action = 'create' ORDER BY h.number LIMIT 1
$$;

-- What decides whether a panel goes on and who may have a hand in it. Whoever reads without a name gets nothing of it.
CREATE FUNCTION panel_standing(of uuid, challenge uuid, OUT accepted bigint, OUT complete bigint, OUT sealed_in boolean, OUT bidders uuid[])
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  IF session_user = 'jiebang_public' THEN
    SELECT 0, 0, false, '{}'::uuid[] INTO accepted, complete, sealed_in, bidders;
  ELSE
    SELECT count(*) FILTER (WHERE m.status = 'accepted'), count(*) FILTER (WHERE panel_complete(m.panel, m.expert)),
      panel_head(panel_standing.of) IS NOT NULL,
      ARRAY(SELECT p FROM challenge_parties(panel_standing.challenge) p
        WHERE p <> (SELECT c.organisation FROM challenges c WHERE c.id = panel_standing.challenge))
      INTO accepted, complete, sealed_in, bidders FROM panel_candidates m WHERE m.panel = panel_standing.of;
  END IF;
END $$;
