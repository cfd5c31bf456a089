-- Webhooks: where an organisation is told of what happens, how far it has been told, and every attempt to tell it.

CREATE TABLE webhooks (
  id            uuid PRIMARY KEY,
  organisation  uuid NOT NULL REFERENCES organisations,
  status        text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused', 'disabled', 'removed')),
  version       integer NOT NULL DEFAULT 1,
  rulebook      integer NOT NULL REFERENCES rulebooks,
  url           text NOT NULL CHECK (char_length(url) BETWEEN 1 AND 500),
  description   text NOT NULL DEFAULT '' CHECK (char_length(description) <= 200),
  kinds         text[] NOT NULL DEFAULT '{}',        -- empty: everything that the organisation may know of
  generation    integer NOT NULL DEFAULT 1 CHECK (generation >= 1),  -- of its secret, which is kept nowhere
  rotated_at    timestamptz,                         -- until a while after this the secret before it signs as well
  reason        text,
  created_at    timestamptz NOT NULL DEFAULT market_now(),
  updated_at    timestamptz NOT NULL DEFAULT market_now()
);
CREATE INDEX webhooks_organisation ON webhooks (organisation, id DESC);
-- The same address twice would be told everything twice.
CREATE UNIQUE INDEX webhooks_url ON webhooks (organisation, url) WHERE status <> 'removed';

-- How far each has got. Apart from the webhook itself: it changes with every delivery and is nobody's version.
CREATE TABLE webhook_progress (
  webhook        uuid PRIMARY KEY REFERENCES webhooks,
  seen           bigint NOT NULL,                    -- the last event of the ledger that was looked at
  next_at        timestamptz DEFAULT market_now(),   -- when there is something to do; null: when something happens
  wakes          bigint NOT NULL DEFAULT 0,          -- counts what may have happened while somebody was at it
  failures       integer NOT NULL DEFAULT 0,         -- in a row
  failing_since  timestamptz,
  wait_until     timestamptz,                        -- the receiver is left in peace until then
  lease          uuid,                               -- who is at it
  leased_until   timestamptz                         -- by the machine's clock: he may have died
);
CREATE INDEX webhook_progress_next ON webhook_progress (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE webhook_deliveries (
  id          uuid PRIMARY KEY,
  webhook     uuid NOT NULL REFERENCES webhooks,
  event       uuid NOT NULL,
  status      text NOT NULL CHECK (status IN ('retrying', 'delivered', 'failed')),
  attempts    integer NOT NULL DEFAULT 0,
  retries     integer NOT NULL DEFAULT 0,            -- since it was last asked for: what the next pause grows with
  asked_at    timestamptz NOT NULL DEFAULT market_now(),
  next_at     timestamptz,
  CONSTRAINT webhook_deliveries_once UNIQUE (webhook, event),
  CHECK ((status = 'retrying') = (next_at IS NOT NULL))
);
CREATE INDEX webhook_deliveries_next ON webhook_deliveries (webhook, next_at) WHERE status = 'retrying';
CREATE INDEX webhook_deliveries_newest ON webhook_deliveries (webhook, id DESC);
CREATE INDEX webhook_deliveries_age ON webhook_deliveries (asked_at) WHERE status <> 'retrying';

CREATE TABLE webhook_attempts (
  delivery      uuid NOT NULL REFERENCES webhook_deliveries ON DELETE CASCADE,
  number        integer NOT NULL,
  at            timestamptz NOT NULL DEFAULT market_now(),
  answer        smallint,
  milliseconds  integer NOT NULL,
  error         text,
  PRIMARY KEY (delivery, number)
);

-- Where the feed begins for somebody who asks by time.
CREATE INDEX events_at ON events (at);

-- What was sent for a move that everybody hears of and that not everybody may see: the public ledger shows its hash alone.
ALTER TABLE events ADD COLUMN withheld jsonb CHECK (withheld <> '{}');
