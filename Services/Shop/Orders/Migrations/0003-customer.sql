-- The user who placed an order: the subject of the token. NULL for orders of the time before, which only administrators see.
ALTER TABLE orders ADD COLUMN customer_id text;
