-- query misspelt(id: Uuid) -> Note?
SELECT :Note
FRM notes
WHERE id = :id;

-- query behind(id: Uuid, note: Note)
UPDATE notes SET (:Note) = ROW(:note.*) WHERE AND id = :id;

-- query end(id: Uuid)
DELETE FROM notes WHERE (id = :id;

-- query sometimes(filter: ListNotes.Input) -> [Note]
SELECT :Note FROM notes
WHERE
  colour = :filter.colour   -- if :filter.colour
;
