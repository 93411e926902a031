-- query always(id: Uuid, filter: ListNotes.Input) -> [Note]
SELECT :Note FROM notes
WHERE true
  AND id = :id                      -- if :id
  AND "order" < :filter.page_size   -- if :filter.page_size
  AND colour = :filter.colour       -- if :filter.color
  AND colour = :filter.colour       -- when :filter.colour = REED
  AND colour = :filter.colour       -- when :filter.page_size = RED
  AND colour = :filter.colour       -- when :filter.colour
  -- if :filter.colour
LIMIT 10;

-- query first(id: Uuid?) -> Int
SELECT 1 -- if :id
;

-- query forgotten(id: Uuid?) -> [Note]
SELECT :Note FROM notes
WHERE true
	AND id = :id	-- if id
;

-- query late(id: Uuid?) -> [Note]
SELECT :Note FROM notes WHERE id = :id
-- if :id
;

-- query inside(id: Uuid?) -> [Note]
SELECT :Note FROM notes
WHERE 'a
b' <> 'c' AND id = :id  -- if :id
;

-- query halves(id: Uuid?, colour: Colour?) -> [Note]
SELECT :Note FROM notes
WHERE true
  AND (id = :id        -- if :id
  OR colour = :colour) -- if :colour
;

-- query block(id: Uuid) -> [Note]
SELECT :Note FROM notes WHERE id = :id /* if :id */;
