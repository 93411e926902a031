CREATE TABLE items (
  id bigint PRIMARY KEY,
  name text NOT NULL,
  price numeric(12, 2) NOT NULL,
  stock bigint NOT NULL,
  created_at timestamptz NOT NULL
);

INSERT INTO items (id, name, price, stock, created_at)
SELECT n, 'Item number ' || n, (n % 5000) + 0.99, n % 100, '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 second'
FROM generate_series(1, 10000) AS n;
