-- Orders with their items, and what the inventory still has to hear of them.

-- A counter of its own, so that orders do not wait for each other's commits.
-- query count(day: String) -> Int
INSERT INTO order_counters (day, last) VALUES (:day, 1)
ON CONFLICT (day) DO UPDATE SET last = order_counters.last + 1 RETURNING last;

-- query insert(order: Order, process: Uuid)
WITH o AS (
  INSERT INTO orders
    (id, order_number, customer_id, customer_name, customer_email, status, total_amount, created_at, updated_at, process)
  VALUES (:order.id, :order.order_number, :order.customer_id, :order.customer_name, :order.customer_email, :order.status,
    :order.total_amount, :order.created_at, :order.updated_at, :process)
  RETURNING id)
INSERT INTO order_items (order_id, :OrderItem, position)
SELECT o.id, i.:OrderItem, i.position
FROM o, unnest(:order.items.*) WITH ORDINALITY AS i (:OrderItem, position);

-- From here on the order is seen; 0 when it was given up in between.
-- query place(id: Uuid) -> count
UPDATE orders SET placed = true WHERE id = :id AND status = 'PENDING' AND NOT placed;

-- query order(id: Uuid, customer: String?) -> Order?
SELECT o.:Order, (
  SELECT json_agg(i) FROM (SELECT :OrderItem FROM order_items WHERE order_id = o.id ORDER BY position) AS i) AS items
FROM orders AS o WHERE o.id = :id AND o.placed
  AND o.customer_id = :customer  -- if :customer
;

-- Newest first.
-- query ordersOf(email: String, customer: String?, before: Uuid?, limit: Int) -> [Order]
SELECT o.:Order, (
  SELECT json_agg(i) FROM (SELECT :OrderItem FROM order_items WHERE order_id = o.id ORDER BY position) AS i) AS items
FROM orders AS o WHERE lower(o.customer_email) = lower(:email) AND o.placed
  AND o.customer_id = :customer  -- if :customer
  AND o.id < :before  -- if :before
ORDER BY o.id DESC LIMIT :limit;

-- query lock(id: Uuid, customer: String?) -> OrderStatus?
SELECT status FROM orders WHERE id = :id AND placed
  AND customer_id = :customer  -- if :customer
FOR UPDATE;

-- Moves an order along, together with what the inventory has to hear of that.
-- query move(id: Uuid, to: OrderStatus, now: Timestamp)
UPDATE orders SET status = :to, updated_at = :now,
  inventory_task = CASE :to WHEN 'SHIPPED' THEN 'SHIP' WHEN 'CANCELLED' THEN 'RELEASE' ELSE inventory_task END
WHERE id = :id;

-- Gives up an order that was not placed; 0 when it was placed after all.
-- query abandon(id: Uuid, now: Timestamp) -> count
UPDATE orders SET status = 'CANCELLED', inventory_task = 'RELEASE', updated_at = :now WHERE id = :id AND NOT placed;

-- The inventory has heard: an order that was placed needs nothing more, one that was not is forgotten.
-- query finish(id: Uuid)
WITH forgotten AS (DELETE FROM orders WHERE id = :id AND NOT placed)
UPDATE orders SET inventory_task = NULL WHERE id = :id AND placed;

-- Orders whose process has gone, or that have been unfinished for longer than any request lasts.
-- query unfinished() -> [(id: Uuid, status: OrderStatus)]
SELECT id, status FROM orders
WHERE (NOT placed OR inventory_task IS NOT NULL)
  AND (updated_at < now() - interval '1 minute' OR process IS NOT NULL AND NOT charter.is_alive(process))
ORDER BY id LIMIT 1000;
