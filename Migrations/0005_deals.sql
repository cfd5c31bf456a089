-- A deal: one transaction between a seller and a buyer, however it came about.

CREATE TABLE deals (
  id               uuid PRIMARY KEY,
  status           text NOT NULL DEFAULT 'intent' CHECK (status IN ('intent', 'negotiating', 'internal_decision', 'price_route',
                     'pre_sign_notice', 'seller_signed', 'signed', 'registered', 'completed', 'terminated', 'cancelled')),
  version          integer NOT NULL DEFAULT 1,
  rulebook         integer NOT NULL REFERENCES rulebooks,
  kind             text NOT NULL CHECK (kind IN ('transfer', 'licence', 'development', 'service', 'consulting', 'equity')),
  title            text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
  seller           uuid NOT NULL REFERENCES organisations,
  buyer            uuid NOT NULL REFERENCES organisations,
  achievement      uuid REFERENCES achievements,
  challenge        uuid REFERENCES challenges,
  total_amount     fen NOT NULL,
  pricing_route    text CHECK (pricing_route IN ('negotiated', 'listed', 'auction', 'award')),
  decision_record  text CHECK (char_length(decision_record) <= 500),   -- minutes of the collective decision: number and date
  notice           uuid,                      -- the price notice it waits for, or waited for
  notice_exempt    boolean NOT NULL DEFAULT false,   -- a negotiated price that its seller need not make public
  signed_on        date,
  reason           text,
  created_by       uuid NOT NULL REFERENCES organisations,
  created_at       timestamptz NOT NULL DEFAULT market_now(),
  updated_at       timestamptz NOT NULL DEFAULT market_now(),
  CONSTRAINT deals_two_parties CHECK (seller <> buyer),
  CONSTRAINT deals_signed CHECK (status NOT IN ('signed', 'registered', 'completed') OR (signed_on IS NOT NULL AND pricing_route IS NOT NULL)),
  -- 国发〔2016〕16号: a negotiated price is made public before it is signed.
  CONSTRAINT deals_negotiated_notice CHECK (status NOT IN ('seller_signed', 'signed', 'registered', 'completed')
    OR pricing_route <> 'negotiated' OR notice IS NOT NULL OR notice_exempt)
);
CREATE INDEX deals_seller ON deals (seller, id DESC);
CREATE INDEX deals_buyer ON deals (buyer, id DESC);
CREATE INDEX deals_status ON deals (status, id DESC);
-- An award is dealt once: a second deal waits until the first has fallen through.
CREATE UNIQUE INDEX deals_one_per_award ON deals (challenge, seller) WHERE status NOT IN ('cancelled', 'terminated');
-- One achievement is sold once: a second transfer waits until the first has fallen through.
CREATE UNIQUE INDEX deals_one_transfer ON deals (achievement)
  WHERE kind IN ('transfer', 'equity') AND status IN ('seller_signed', 'signed', 'registered', 'completed');
