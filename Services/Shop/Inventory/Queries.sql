-- How much of each product there is, every change of that, and what orders have reserved.

-- query stock(productID: Uuid) -> Stock?
SELECT :Stock FROM stock WHERE product_id = :productID;

-- Locks rows until the transaction ends, always in the products' order: two transactions never wait for each other.
-- query lock(productIDs: [Uuid]) -> [Stock]
SELECT :Stock FROM stock WHERE product_id = ANY(:productIDs) ORDER BY product_id FOR UPDATE;

-- Nothing when there is stock of the product already.
-- query insert(draft: StockDraft, now: Timestamp) -> Stock?
INSERT INTO stock (:StockDraft, updated_at) VALUES (:draft.*, :now)
ON CONFLICT DO NOTHING RETURNING :Stock;

-- query change(productID: Uuid, by: Int, now: Timestamp) -> Stock
UPDATE stock SET quantity = quantity + :by, updated_at = :now
WHERE product_id = :productID RETURNING :Stock;

-- query record(id: Uuid, productID: Uuid, direction: String, quantity: Int, reason: String, now: Timestamp)
INSERT INTO inventory_transactions (id, product_id, direction, quantity, reason, created_at)
VALUES (:id, :productID, :direction, :quantity, :reason, :now);

-- Makes an order's reservation, reserved or already released; 0 when there is one, or was.
-- query open(orderID: Uuid, status: String, now: Timestamp) -> count
INSERT INTO reservations (order_id, status, updated_at) VALUES (:orderID, :status, :now)
ON CONFLICT DO NOTHING;

-- query reserve(orderID: Uuid, items: [ReservedItem], now: Timestamp)
WITH reserved AS (
  INSERT INTO reservation_items (order_id, :ReservedItem)
  SELECT :orderID, i.:ReservedItem FROM unnest(:items.*) AS i (:ReservedItem)
  RETURNING product_id, quantity)
UPDATE stock SET reserved_qty = reserved_qty + reserved.quantity, updated_at = :now
FROM reserved WHERE stock.product_id = reserved.product_id;

-- The reservation of an order, locked until the transaction ends; nothing when there is none, or it was released.
-- query reservation(orderID: Uuid) -> Reservation?
SELECT r.:Reservation, (
  SELECT coalesce(json_agg(i), '[]')
  FROM (SELECT :ReservedItem FROM reservation_items WHERE order_id = r.order_id ORDER BY product_id) AS i) AS items
FROM reservations AS r WHERE order_id = :orderID AND status <> 'RELEASED' FOR UPDATE;

-- Ends a reservation: its goods leave the shelf, or are free again.
-- query settle(orderID: Uuid, takesGoods: Bool, now: Timestamp)
WITH ended AS (
  UPDATE reservations SET status = CASE WHEN :takesGoods THEN 'SHIPPED' ELSE 'RELEASED' END, updated_at = :now
  WHERE order_id = :orderID)
UPDATE stock SET quantity = stock.quantity - CASE WHEN :takesGoods THEN i.quantity ELSE 0 END,
  reserved_qty = reserved_qty - i.quantity, updated_at = :now
FROM reservation_items AS i WHERE i.order_id = :orderID AND stock.product_id = i.product_id;
