-- query note(id: Uuid) -> Note
SELECT :Note FROM notes WHERE id = :id AND kind <> ':id' -- not :this one
;

-- query add(note: Note)
/* all of it */
INSERT INTO notes (:Note) VALUES (:note.*);

-- Absent leaves a column, null empties it.
-- query change(id: Uuid, patch: NotePatch) -> Note?
UPDATE notes SET (:NotePatch) = ROW(:patch.*) WHERE id = :id RETURNING :Note;

-- query addPoints(id: Uuid, points: [Point])
INSERT INTO points (id, :Point) SELECT :id::uuid, p.* FROM unnest(:points.*) AS p;

-- query find(
--   filter: ListNotes.Input, address: Address?, in: Colour?, query: String?, kinds: [Kind], session: Bytes?
-- ) -> [(note: Note, home: Address?, home_town: String?, numbers: [Int], first: Timestamp)]
SELECT n.:Note, n.remark AS street, NULL AS town, n.remark || 'é"""\' AS home_town,
  ARRAY[1]::bigint[] AS numbers, now() AS first
FROM notes AS n
WHERE n.kind = ANY(:kinds)
  AND colour = :filter.colour              -- if :filter.colour
  AND remark IN (:address.street, :address.town)  -- if :address
  AND colour = :in                         -- if :in
  AND remark LIKE :query AND :query <> ''  -- if :query
  AND picture = :session                   -- if :session
ORDER BY
  "order" DESC,                            -- when :filter.colour = RED, GREEN
  id
LIMIT :filter.page_size;

-- query street(address: Address?, is: Bool?) -> Bool
SELECT count(*) > 0 FROM notes WHERE remark = :address.street OR (:is) IS NOT NULL AND "isDone" = :is;

-- query colours(kind: Kind?, priority: Priority, any: JSONValue, price: ExactDecimal) -> [[Colour]?]
SELECT colours FROM notes WHERE kind = :kind AND priority = :priority AND anything = :any AND weight::numeric < :price;

-- query put(note: Note) -> Note
INSERT INTO notes (:Note) VALUES (:note.*)
ON CONFLICT (id) DO UPDATE SET (:Note) = ROW(excluded.:Note) RETURNING notes.:Note;

-- query points(id: Uuid) -> [Point]
SELECT :Point FROM points WHERE id = :id ORDER BY x;

-- query withColours(colours: [Colour], kinds: [Kind?], priorities: [Priority]) -> [Uuid]
SELECT id FROM notes
WHERE colours && :colours AND kind IN (SELECT unnest(:kinds)) AND priority = ANY (:priorities) ORDER BY id;

-- Names of Swift's and of the code around them.
-- query default(
--   query: Int, statement: Int?, sql: Int, session: Int, body: Int, row: Int, checks: Int, self: Int,
--   filter: ListNotes.Input, filter_colour: Colour, colour: Colour
-- )
--   -> [(query: Int, row: Int, isHomeThere: Int, home: Address?, session: Colour, self: Int)]
SELECT :query::bigint + :sql + :session + :body + :checks AS query, :row + 0 AS row, 1 AS is_home_there, 'a' AS street,
  NULL AS town, :filter_colour AS session, :self + 0 AS self
WHERE true
  AND :statement > 1                                                                   -- IF :statement
  AND :filter.colour <> :filter_colour || '' AND :filter.colour <> :colour || ''	-- if :filter.colour
;

-- query session() -> (bytes: Int)
SELECT 1 AS bytes;

-- query resources(resources: Resources) -> (resources: [Resources])
SELECT jsonb_build_array(:resources::jsonb) AS resources;

-- query resultRow(bytes: Bytes) -> (bytes: Bytes)
SELECT :bytes::bytea AS bytes;

-- query operators(json: JSONValue, key: String, low: Int)
--   -> (has: Bool, value: String?, slice: [Int], quoted: String, contains: Bool)
SELECT :json::jsonb?:key AS has, :json::jsonb->>:key AS value, (ARRAY[1, 2, 3, 4])[:low:3]::bigint[] AS slice,
  E'\'\\:low' || $q$:key -- if :low$q$ || ':low' || U&'\00e9' AS quoted, :json::jsonb@>'{"a": 1}' AS contains;

-- query merge(id: Uuid, remark: String?) -> count
MERGE INTO notes AS n USING (SELECT :id::uuid AS id) AS s ON n.id = s.id
WHEN MATCHED AND :remark IS NULL THEN DELETE
WHEN MATCHED THEN UPDATE SET remark = :remark
WHEN NOT MATCHED THEN DO NOTHING;

-- query move(id: Uuid, to: Uuid, x: Double?) -> [(point: Point, place_number: Int, other: Uuid?)]
WITH gone AS (
    DELETE FROM points WHERE id = :id
      AND x >= :x -- if :x
    RETURNING :Point),
  put AS (INSERT INTO points (id, :Point) SELECT :to, g.:Point FROM gone AS g RETURNING points.id, points.:Point)
SELECT p.:Point, row_number() OVER w AS place_number, l.id AS other
FROM put AS p LEFT JOIN LATERAL (SELECT n.id FROM notes AS n WHERE n.colour = p.colour ORDER BY n.id LIMIT 1
  FOR UPDATE OF n) AS l ON true
WINDOW w AS (ORDER BY p.x) ORDER BY place_number;

-- query done() -> [Note]
SELECT n.:Note, n.colour IS DISTINCT FROM 'RED' AS "isDone" FROM notes AS n
WHERE EXISTS (SELECT n.:Note FROM points) OR true ORDER BY n.id;

-- query cleared(kind: Kind, isDone: Bool?) -> count
UPDATE notes SET remark = NULL, colour = colour
WHERE kind = :kind AND (:isDone IS NULL OR "isDone" = (:isDone));
