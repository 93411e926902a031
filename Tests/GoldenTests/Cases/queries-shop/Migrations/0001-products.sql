CREATE FUNCTION product_words(name text, description text, category text, tags text[]) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT setweight(to_tsvector('english', name), 'A')
    || setweight(to_tsvector('english', category || ' ' || array_to_string(tags, ' ')), 'B')
    || setweight(to_tsvector('english', description), 'C')
$$;

CREATE TABLE products (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  description text NOT NULL,
  price numeric(12, 2) NOT NULL CHECK (price >= 0),
  category text NOT NULL,
  tags text[] NOT NULL,
  stock_quantity integer NOT NULL CHECK (stock_quantity >= 0),
  image_url text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  words tsvector GENERATED ALWAYS AS (product_words(name, description, category, tags)) STORED
);

CREATE INDEX products_by_category ON products (category, id DESC);
CREATE INDEX products_by_tag ON products USING gin (tags);
CREATE INDEX products_by_word ON products USING gin (words);
