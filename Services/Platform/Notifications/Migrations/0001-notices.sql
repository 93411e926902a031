CREATE TABLE notices (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('order-placed', 'order-cancelled', 'inventory-low')),
  recipient text NOT NULL,
  title text NOT NULL,
  text text NOT NULL,
  subject_id uuid NOT NULL,
  happened_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX notices_by_recipient ON notices (lower(recipient), id DESC);
CREATE INDEX notices_by_kind ON notices (kind, id DESC);
