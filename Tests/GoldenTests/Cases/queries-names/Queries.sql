-- query undeclared(id: Uuid)
DELETE FROM notes WHERE id = :ids OR id = :other;

-- query unused(id: Uuid, other: Uuid)
DELETE FROM notes WHERE id = :id;

-- query property(note: Note)
UPDATE notes SET colour = :note.color WHERE id = :note.id.value;

-- query lists(notes: [Note], note: Note?, ids: [Uuid], lines: [Line])
INSERT INTO notes (:Note) VALUES (:notes.*), (:note.*), (:ids.*) RETURNING :notes.id, unnest(:lines.*),
  unnest(:note), unnest(:notes);

-- query columns(id: Uuid, note: Note)
SELECT :Colour, :Nite, :Note.id, n.:note FROM notes WHERE id = $1 AND id = :id;
