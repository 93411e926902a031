-- query unknownTable() -> [Note]
SELECT :Note FROM nodes;

-- query dropped(id: Uuid)
DELETE FROM old WHERE id = :id;

-- query insert(id: Uuid, colour: Colour)
INSERT INTO notes (id, color) VALUES (:id, :colour);

-- query update(id: Uuid)
UPDATE notes SET dome = true WHERE id = :id;

-- query spread(id: Uuid) -> Note?
SELECT :Note FROM notes WHERE id = :id;

-- query fine(id: Uuid) -> [(id: Uuid, colour: Colour)]
WITH mine AS (SELECT id, colour FROM red)
SELECT m.id, m.colour FROM mine AS m, pg_catalog.pg_class, pg_class AS c, generate_series(1, 2)
WHERE EXISTS (SELECT FROM notes AS n WHERE n.id = :id);

-- query locked(id: Uuid) -> [Uuid]
SELECT n.id FROM notes AS n WHERE n.id = :id FOR UPDATE OF n;

-- query renamed() -> [(address: Address)]
SELECT :Address FROM notes AS n (street, town);

-- query around() -> [(address: Address)]
SELECT (SELECT a.:Address FROM notes) FROM (VALUES ('a', 'b')) AS a (street, town);
