CREATE TABLE stock (
  product_id uuid PRIMARY KEY,
  product_name text NOT NULL,
  quantity integer NOT NULL CHECK (quantity BETWEEN 0 AND 1000000000),
  reserved_qty integer NOT NULL DEFAULT 0 CHECK (reserved_qty >= 0),
  updated_at timestamptz NOT NULL,
  CONSTRAINT stock_covers_reservations CHECK (reserved_qty <= quantity)
);

-- Every change of a quantity: for each product, what came in less what went out is what is there.
CREATE TABLE inventory_transactions (
  id uuid PRIMARY KEY,
  product_id uuid NOT NULL REFERENCES stock,
  direction text NOT NULL CHECK (direction IN ('IN', 'OUT')),
  quantity integer NOT NULL CHECK (quantity >= 0),
  reason text NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX inventory_transactions_by_product ON inventory_transactions (product_id, id);

-- A released reservation stays, so that one that arrives late is refused.
CREATE TABLE reservations (
  order_id uuid PRIMARY KEY,
  status text NOT NULL CHECK (status IN ('RESERVED', 'SHIPPED', 'RELEASED')),
  updated_at timestamptz NOT NULL
);

CREATE TABLE reservation_items (
  order_id uuid NOT NULL REFERENCES reservations,
  product_id uuid NOT NULL REFERENCES stock,
  quantity integer NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (order_id, product_id)
);
