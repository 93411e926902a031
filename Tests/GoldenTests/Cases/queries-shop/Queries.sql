-- All SQL of the shop.

-- query product(id: Uuid) -> Product?
SELECT :Product FROM products WHERE id = :id;

-- Newest first, and more than one order of them.
-- query list(filter: ListProducts.Input, before: Uuid?, limit: Int) -> [Product]
-- A page begins before the last product of the page before.
SELECT :Product FROM products
WHERE true
  AND category = :filter.category    -- if :filter.category
  AND tags @> ARRAY[:filter.tag]     -- if :filter.tag
  AND price >= :filter.min_price     -- if :filter.min_price
  AND price <= :filter.max_price     -- if :filter.max_price
  AND id < :before                   -- if :before
ORDER BY
  price,                             -- when :filter.sort = PRICE
  name, price,                       -- when :filter.sort = NAME
  id DESC
LIMIT :limit;

-- query search(words: String, rank: Int?, id: Uuid?, limit: Int)
--   -> [(product: Product, rank: Int)]
SELECT * FROM (
  SELECT :Product, (ts_rank(words, asked) * 1000000)::bigint AS rank
  FROM products, plainto_tsquery('english', :words) AS asked WHERE words @@ asked) AS found
WHERE :rank IS NULL OR (rank, id) < (:rank, :id)  -- both are there, or neither
ORDER BY rank DESC, id DESC LIMIT :limit;

-- query insert(id: Uuid, draft: ProductDraft, now: Timestamp) -> Product
INSERT INTO products (id, :ProductDraft, created_at, updated_at)
VALUES (:id, :draft.*, :now, :now) RETURNING :Product;

-- query replace(id: Uuid, draft: ProductDraft, now: Timestamp) -> Product?
UPDATE products SET (:ProductDraft) = ROW(:draft.*), updated_at = :now WHERE id = :id RETURNING :Product;

-- query delete(id: Uuid) -> count
DELETE FROM products WHERE id = :id;

-- query reserved(ids: [Uuid]) -> [(product: Product, reserved: ReservedItem?)]
SELECT p.:Product, r.:ReservedItem
FROM products AS p LEFT JOIN reservation_items AS r ON r.product_id = p.id WHERE p.id = ANY(:ids);

-- Locked until the transaction ends, always in the same order.
-- query lock(ids: [Uuid]) -> [Stock]
SELECT :Stock FROM stock WHERE product_id = ANY(:ids) ORDER BY product_id FOR UPDATE;

-- query addStock(draft: StockDraft, now: Timestamp) -> Stock?
INSERT INTO stock (:StockDraft, updated_at) VALUES (:draft.*, :now) ON CONFLICT DO NOTHING RETURNING :Stock;

-- query change(id: Uuid, quantity: Int, reserved: Int, now: Timestamp) -> Stock
UPDATE stock SET quantity = quantity + :quantity, reserved_qty = reserved_qty + :reserved, updated_at = :now
WHERE product_id = :id RETURNING :Stock;

-- query begin(order_id: Uuid, status: ReservationStatus, now: Timestamp) -> count
INSERT INTO reservations (order_id, status, updated_at) VALUES (:order_id, :status, :now) ON CONFLICT DO NOTHING;

-- query reserve(order_id: Uuid, items: [ReservedItem], now: Timestamp)
WITH items AS (
  INSERT INTO reservation_items (order_id, :ReservedItem)
  SELECT :order_id::uuid, i.:ReservedItem FROM unnest(:items.*) AS i (:ReservedItem)
  RETURNING :ReservedItem)
UPDATE stock SET reserved_qty = reserved_qty + items.quantity, updated_at = :now
FROM items WHERE stock.product_id = items.product_id;

-- query reservation(order_id: Uuid) -> Reservation?
SELECT order_id, status,
  (SELECT jsonb_agg(to_jsonb(i) ORDER BY i.product_id)
   FROM (SELECT :ReservedItem FROM reservation_items WHERE order_id = :order_id) AS i) AS items
FROM reservations WHERE order_id = :order_id AND status <> 'RELEASED' FOR UPDATE;

-- query status(order_id: Uuid) -> ReservationStatus?
SELECT status FROM reservations WHERE order_id = :order_id;

-- A counter of its own, so that orders do not wait for each other's commits.
-- query nextNumber(day: String) -> Int
INSERT INTO order_counters (day, last) VALUES (:day, 1)
ON CONFLICT (day) DO UPDATE SET last = order_counters.last + 1 RETURNING last;

-- query place(order: Order, writer: String)
WITH o AS (
  INSERT INTO orders
    (id, order_number, customer_name, customer_email, status, total_amount, writer, created_at, updated_at)
  VALUES (:order.id, :order.order_number, :order.customer_name, :order.customer_email, :order.status,
    :order.total_amount, :writer, :order.created_at, :order.updated_at)
  RETURNING id)
INSERT INTO order_items (order_id, position, :OrderItem)
SELECT o.id, i.position, i.:OrderItem
FROM o, unnest(:order.items.*) WITH ORDINALITY AS i (:OrderItem, position);

-- query orders(email: String, before: Uuid?, limit: Int) -> [Order]
SELECT o.:Order,
  (SELECT jsonb_agg(to_jsonb(i)) FROM (
    SELECT :OrderItem FROM order_items WHERE order_id = o.id ORDER BY position) AS i) AS items
FROM orders AS o
WHERE lower(o.customer_email) = lower(:email) AND o.placed
  AND o.id < :before  -- if :before
ORDER BY o.id DESC LIMIT :limit;

-- query unfinished() -> [(id: Uuid, task: String?)]
SELECT id, inventory_task AS task FROM orders WHERE NOT placed OR inventory_task IS NOT NULL ORDER BY id LIMIT 1000;

-- query oldest() -> Timestamp?
SELECT min(created_at) FROM orders;

-- query tasks(status: OrderStatus?) -> [String?]
SELECT inventory_task FROM orders
WHERE status = :status  -- if :status
;
