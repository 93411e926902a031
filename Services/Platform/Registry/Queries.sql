-- Instances of services, as they have registered.

-- The heartbeat of an instance that is registered with this content; 0 where there is none.
-- query renew(id: Uuid, draft: InstanceDraft, now: Timestamp) -> count
UPDATE instances SET seen_at = :now
WHERE id = :id AND service = :draft.service AND origin = :draft.origin AND version = :draft.version;

-- New registrations come one after another: two of one origin would otherwise not see each other.
-- query queue()
SELECT pg_advisory_xact_lock(hashtextextended('registrations', 18));

-- Removes what an instance replaces: what has its id, and what is at its origin.
-- query displace(id: Uuid, draft: InstanceDraft)
DELETE FROM instances WHERE id = :id OR service = :draft.service AND origin = :draft.origin;

-- query insert(id: Uuid, draft: InstanceDraft, now: Timestamp)
INSERT INTO instances (id, :InstanceDraft, registered_at, seen_at) VALUES (:id, :draft.*, :now, :now);

-- query deregister(id: Uuid)
DELETE FROM instances WHERE id = :id;

-- An instance is down when it was seen last at 'down', or before.
-- query list(filter: ListInstances.Input, down: Timestamp) -> [Instance]
SELECT i.:Instance, CASE WHEN i.seen_at > :down THEN 'up' ELSE 'down' END AS state
FROM instances AS i
WHERE true
  AND i.service = ANY (:filter.service)  -- if :filter.service
  AND i.seen_at > :down                  -- when :filter.state = up
ORDER BY i.service, i.origin;

-- query forget(before: Timestamp)
DELETE FROM instances WHERE seen_at <= :before;
