-- The catalogue: how products are found and changed.

-- query product(id: Uuid) -> Product?
SELECT :Product FROM products WHERE id = :id;

-- query products(ids: [Uuid]) -> [Product]
SELECT :Product FROM products WHERE id = ANY(:ids);

-- Newest first.
-- query list(filter: ListProducts.Input, before: Uuid?, limit: Int) -> [Product]
SELECT :Product FROM products
WHERE true
  AND category = :filter.category  -- if :filter.category
  AND tags @> ARRAY[:filter.tag]   -- if :filter.tag
  AND price >= :filter.min_price   -- if :filter.min_price
  AND price <= :filter.max_price   -- if :filter.max_price
  AND id < :before                 -- if :before
ORDER BY id DESC LIMIT :limit;

-- The best match first; of matches equally good the newest.
-- query search(text: String, rank: Int?, id: Uuid?, limit: Int) -> [(rank: Int, product: Product)]
SELECT rank, :Product
FROM (
  SELECT *, (ts_rank(words, asked) * 1000000)::bigint AS rank
  FROM products, plainto_tsquery('english', :text) AS asked
  WHERE words @@ asked) AS found
WHERE true
  AND (rank, id) < (:rank, :id)  -- if :rank
ORDER BY rank DESC, id DESC LIMIT :limit;

-- query insert(id: Uuid, draft: ProductDraft, now: Timestamp) -> Product
INSERT INTO products (id, :ProductDraft, created_at, updated_at)
VALUES (:id, :draft.*, :now, :now) RETURNING :Product;

-- query replace(id: Uuid, draft: ProductDraft, now: Timestamp) -> Product?
UPDATE products SET (:ProductDraft) = ROW(:draft.*), updated_at = :now
WHERE id = :id RETURNING :Product;

-- query delete(id: Uuid) -> count
DELETE FROM products WHERE id = :id;
