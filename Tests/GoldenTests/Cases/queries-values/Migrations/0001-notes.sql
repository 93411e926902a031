CREATE TABLE notes (
  id uuid PRIMARY KEY,
  "order" integer NOT NULL,
  colour text NOT NULL,
  colours text[],
  priority integer NOT NULL,
  kind text NOT NULL,
  weight double precision,
  remark text,
  picture bytea,
  lines jsonb,
  anything jsonb,
  "isDone" boolean
);
CREATE TABLE points (id uuid, x double precision NOT NULL, colour text NOT NULL, note text, place jsonb);
