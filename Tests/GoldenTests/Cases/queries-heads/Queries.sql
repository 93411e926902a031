SELECT 1;
SELECT 2;

-- query noType(id) -> Note
SELECT :Note FROM notes WHERE id = :id;

-- query Capital() -> Note
SELECT :Note FROM notes;

-- query open(id: Uuid
SELECT :Note FROM notes WHERE id = :id;

-- query tail(id: Uuid) => Note
SELECT :Note FROM notes WHERE id = :id;

-- query unknown(id: Uid, note: Nite, other: NoteId, elsewhere: ElsewhereAPI.Thing, outside: OutsideAPI.Thing) -> [Listing]
SELECT :Note FROM notes WHERE id = :id;

-- query twice(id: Uuid, id: Uuid)
DELETE FROM notes WHERE id = :id;

-- query row(pair: (a: Int, b: Int))
SELECT 1;

-- query input() -> ListNotes.Input
SELECT 1;

-- query clash() -> [(note: Note, colour: Colour)]
SELECT :Note FROM notes;

-- query noRows(id: Uuid) -> Note?
DELETE FROM notes WHERE id = :id;

-- query two() -> Int
SELECT 1 AS a, 2 AS b;

-- query same(id: Uuid)
DELETE FROM notes WHERE id = :id;

-- query same(id: Uuid)
DELETE FROM notes WHERE id = :id;

-- query nothing(id: Uuid)

-- query several(id: Uuid)
DELETE FROM notes WHERE id = :id; DELETE FROM notes;

-- query in_swift(order_id: Int, orderId: Int) -> (a_b: Int, aB: Int)
SELECT :order_id + :orderId AS a_b, 1 AS a_b;

-- query inSwift() -> Int
SELECT 1;

-- query empty() -> ()
SELECT 1;

-- query alone
-- (id: Uuid,
--  bodies: [[Bytes]], input: ListNotes.Input)
SELECT :bodies, :input, :id;
