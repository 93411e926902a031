CREATE TABLE orders (
  id uuid PRIMARY KEY,
  order_number text NOT NULL UNIQUE,
  customer_name text NOT NULL,
  customer_email text NOT NULL,
  status text NOT NULL CHECK (status IN ('PENDING', 'CONFIRMED', 'SHIPPED', 'DELIVERED', 'CANCELLED')),
  total_amount numeric NOT NULL CHECK (total_amount >= 0),
  -- Whether the customer was told that the order stands. Until then nobody sees it.
  placed boolean NOT NULL DEFAULT false,
  -- What the inventory still has to be told, once or more: both can be asked again.
  inventory_task text CHECK (inventory_task IN ('RELEASE', 'SHIP')),
  -- The backend that wrote the order: when it is gone, so is the process that was placing it.
  writer text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX orders_by_customer ON orders (lower(customer_email), id DESC) WHERE placed;
CREATE INDEX orders_unfinished ON orders (created_at) WHERE NOT placed OR inventory_task IS NOT NULL;

CREATE TABLE order_items (
  order_id uuid NOT NULL REFERENCES orders ON DELETE CASCADE,
  position integer NOT NULL,
  product_id uuid NOT NULL,
  product_name text NOT NULL,
  quantity integer NOT NULL CHECK (quantity > 0),
  unit_price numeric(12, 2) NOT NULL CHECK (unit_price >= 0),
  PRIMARY KEY (order_id, position)
);

CREATE TABLE order_counters (
  day text PRIMARY KEY,
  last integer NOT NULL
);
