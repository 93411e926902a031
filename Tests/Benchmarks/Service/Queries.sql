-- What the benchmark reads and writes.

-- query item(id: Int) -> Item?
SELECT :Item FROM items WHERE id = :id;

-- A nap that is given up leaves no row.
-- query nap(milliseconds: Int) -> Nap
WITH taken AS (INSERT INTO naps VALUES (:milliseconds) RETURNING milliseconds)
SELECT milliseconds FROM taken, LATERAL (SELECT pg_sleep(milliseconds / 1000.0)) AS slept;
