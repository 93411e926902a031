CREATE TABLE notes (
  id uuid PRIMARY KEY, "order" integer, color text, colours text[], priority integer, kind text, weight float,
  remark text, picture bytea, lines jsonb);
CREATE TABLE old (id uuid);
