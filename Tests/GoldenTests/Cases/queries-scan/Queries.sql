-- query text() -> [Note]
SELECT :Note FROM notes WHERE colour = 'é' AND kind = 'MEMO;
