\set id random(1, 10000)
SELECT id, name, price, stock, created_at FROM items WHERE id = :id;
