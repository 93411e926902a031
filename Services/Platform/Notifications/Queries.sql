-- Notices, as people read them.

-- query insert(notice: Notice)
INSERT INTO notices (:Notice) VALUES (:notice.*);

-- Newest first.
-- query list(filter: ListNotifications.Input, before: Uuid?, limit: Int) -> [Notice]
SELECT :Notice FROM notices
WHERE true
  AND lower(recipient) = lower(:filter.recipient)  -- if :filter.recipient
  AND kind = :filter.kind                          -- if :filter.kind
  AND id < :before                                 -- if :before
ORDER BY id DESC LIMIT :limit;
