-- The position of the last event. Its row is locked until an event's transaction ends: positions are visible in order.
CREATE TABLE last_position (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  position bigint NOT NULL
);
INSERT INTO last_position (position) VALUES (0);

CREATE TABLE events (
  position bigint PRIMARY KEY,
  id text NOT NULL,
  topic text NOT NULL CHECK (topic IN ('order-placed', 'order-cancelled', 'inventory-low')),
  happened_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  -- The payload as its sender wrote it.
  data bytea NOT NULL
);
CREATE INDEX events_by_arrival ON events (received_at);

CREATE TABLE subscriptions (
  id uuid PRIMARY KEY,
  url text NOT NULL,
  topics text[] NOT NULL,
  status text NOT NULL CHECK (status IN ('ACTIVE', 'ENDED')),
  -- Not a hash: each delivery is signed with it.
  secret text NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX subscriptions_by_topic ON subscriptions USING gin (topics) WHERE status = 'ACTIVE';

CREATE TABLE deliveries (
  id uuid PRIMARY KEY,
  subscription_id uuid NOT NULL REFERENCES subscriptions ON DELETE CASCADE,
  position bigint NOT NULL REFERENCES events,
  status text NOT NULL CHECK (status IN ('PENDING', 'DELIVERED', 'DEAD')),
  attempts integer NOT NULL DEFAULT 0,
  -- While a process sends it, the time from which another may.
  next_attempt_at timestamptz,
  -- The process that sends it.
  process uuid,
  last_error text,
  created_at timestamptz NOT NULL,
  CHECK ((status = 'PENDING') = (next_attempt_at IS NOT NULL))
);
CREATE INDEX deliveries_by_subscription ON deliveries (subscription_id, id DESC);
CREATE INDEX deliveries_by_event ON deliveries (position);
CREATE INDEX deliveries_pending ON deliveries (subscription_id, next_attempt_at) WHERE status = 'PENDING';
