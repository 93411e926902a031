-- Without a unique key: an event that was handled twice has two rows.
CREATE TABLE handled (id uuid NOT NULL, emitted_at timestamptz NOT NULL, handled_at timestamptz NOT NULL);
