ALTER TABLE notes RENAME COLUMN color TO colour;
ALTER TABLE notes ADD COLUMN done boolean;
DROP TABLE old;
CREATE VIEW red AS SELECT * FROM notes WHERE colour = 'RED';
CREATE INDEX notes_by_colour ON notes (colour);
