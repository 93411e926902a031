CREATE TABLE instances (
  id uuid PRIMARY KEY,
  service text NOT NULL,
  origin text NOT NULL,
  version text NOT NULL,
  registered_at timestamptz NOT NULL,
  -- Without an index: the table is small, and a heartbeat that changes no index is cheap.
  seen_at timestamptz NOT NULL,
  UNIQUE (service, origin)
);
