-- Subscriptions, the events that have come, and their deliveries.

-- query subscribe(subscription: Subscription, secret: String)
INSERT INTO subscriptions (:Subscription, secret) VALUES (:subscription.*, :secret);

-- query subscription(id: Uuid) -> Subscription?
SELECT :Subscription FROM subscriptions WHERE id = :id;

-- Newest first.
-- query subscriptions(before: Uuid?, limit: Int) -> [Subscription]
SELECT :Subscription FROM subscriptions
WHERE true
  AND id < :before  -- if :before
ORDER BY id DESC LIMIT :limit;

-- query unsubscribe(id: Uuid) -> count
DELETE FROM subscriptions WHERE id = :id;

-- Newest first.
-- query deliveries(subscription: Uuid, status: DeliveryStatus?, before: Uuid?, limit: Int) -> [Delivery]
SELECT d.id, e.id AS event_id, e.topic, d.status, d.attempts, d.next_attempt_at, d.last_error, d.created_at
FROM deliveries AS d JOIN events AS e ON e.position = d.position
WHERE d.subscription_id = :subscription
  AND d.status = :status  -- if :status
  AND d.id < :before      -- if :before
ORDER BY d.id DESC LIMIT :limit;

-- query delivery(id: Uuid) -> Delivery?
SELECT d.id, e.id AS event_id, e.topic, d.status, d.attempts, d.next_attempt_at, d.last_error, d.created_at
FROM deliveries AS d JOIN events AS e ON e.position = d.position WHERE d.id = :id;

-- Starts a delivery over, whoever sends it now; 0 when its subscription has ended.
-- query retry(id: Uuid, now: Timestamp) -> count
UPDATE deliveries SET status = 'PENDING', attempts = 0, next_attempt_at = :now, process = NULL, last_error = NULL
FROM subscriptions AS s
WHERE deliveries.id = :id AND s.id = deliveries.subscription_id AND s.status = 'ACTIVE';

-- The next position; its row is locked until the transaction ends.
-- query advance() -> Int
UPDATE last_position SET position = position + 1 RETURNING position;

-- query head() -> Int
SELECT position FROM last_position;

-- Stores an event with its deliveries, whose ids begin as one of version 7 does, with its time and counter: 'prefix'.
-- query store(position: Int, id: String, topic: Topic, happened: Timestamp, data: Base64, prefix: String, now: Timestamp)
WITH event AS (
  INSERT INTO events (position, id, topic, happened_at, received_at, data)
  VALUES (:position, :id, :topic, :happened, :now, :data) RETURNING position)
INSERT INTO deliveries (id, subscription_id, position, status, next_attempt_at, created_at)
SELECT (:prefix || substr(gen_random_uuid()::text, 19))::uuid, s.id, event.position, 'PENDING', :now, :now
FROM event, subscriptions AS s WHERE s.status = 'ACTIVE' AND s.topics @> ARRAY[:topic];

-- In order.
-- query events(after: Int, limit: Int) -> [(position: Int, topic: Topic, happened_at: Timestamp, data: Base64)]
SELECT position, topic, happened_at, data FROM events WHERE position > :after ORDER BY position LIMIT :limit;

-- Takes deliveries that are due: 'each' of a subscription at most, of a slow one a single one, and none of a busy one.
-- Another process takes what is not recorded until 'end'. Subscriptions with pending deliveries are found one by one in
-- the index, however many deliveries each has, and come in any order, so that none is always the last.
-- query claim(now: Timestamp, end: Timestamp, process: Uuid, busy: [Uuid], slow: [Uuid], each: Int, limit: Int)
--   -> [(id: Uuid, subscription_id: Uuid, url: String, secret: String, attempts: Int, topic: Topic,
--        happened_at: Timestamp, data: Base64)]
WITH RECURSIVE pending AS (
  (SELECT subscription_id AS id FROM deliveries WHERE status = 'PENDING' ORDER BY subscription_id LIMIT 1)
  UNION ALL
  SELECT (
    SELECT d.subscription_id FROM deliveries AS d
    WHERE d.status = 'PENDING' AND d.subscription_id > pending.id ORDER BY d.subscription_id LIMIT 1)
  FROM pending WHERE pending.id IS NOT NULL
), due AS (
  SELECT next.id
  FROM (SELECT pending.id FROM pending WHERE pending.id <> ALL (:busy) ORDER BY random()) AS p
  CROSS JOIN LATERAL (
    SELECT d.id FROM deliveries AS d
    WHERE d.subscription_id = p.id AND d.status = 'PENDING' AND d.next_attempt_at <= :now
    ORDER BY d.next_attempt_at LIMIT CASE WHEN p.id = ANY (:slow) THEN 1 ELSE :each END
    FOR UPDATE SKIP LOCKED) AS next
  LIMIT :limit
)
UPDATE deliveries AS d SET next_attempt_at = :end, process = :process
FROM due, subscriptions AS s, events AS e
WHERE d.id = due.id AND s.id = d.subscription_id AND e.position = d.position
RETURNING d.id, d.subscription_id, s.url, s.secret, d.attempts, e.topic, e.happened_at, e.data;

-- Records an attempt; nothing when another process has taken the delivery, or it was started over.
-- query record(id: Uuid, process: Uuid, status: DeliveryStatus, next: Timestamp?, error: String?)
UPDATE deliveries SET status = :status, attempts = attempts + 1, next_attempt_at = :next, process = NULL,
  last_error = :error
WHERE id = :id AND process = :process AND status = 'PENDING';

-- Ends a subscription by an attempt of one of its deliveries, and all its deliveries with it.
-- query end(subscription: Uuid, delivery: Uuid, error: String)
WITH ended AS (UPDATE subscriptions SET status = 'ENDED' WHERE id = :subscription)
UPDATE deliveries SET status = 'DEAD', attempts = attempts + CASE WHEN id = :delivery THEN 1 ELSE 0 END,
  next_attempt_at = NULL, process = NULL, last_error = :error
WHERE subscription_id = :subscription AND status = 'PENDING';

-- Forgets events with their deliveries, a batch at a time, but for those with a delivery that is still pending.
-- query forget(before: Timestamp, limit: Int) -> count
WITH old AS (
  SELECT e.position FROM events AS e
  WHERE e.received_at < :before
    AND NOT EXISTS (SELECT FROM deliveries AS d WHERE d.position = e.position AND d.status = 'PENDING')
  ORDER BY e.received_at LIMIT :limit
), delivered AS (
  DELETE FROM deliveries USING old WHERE deliveries.position = old.position AND status <> 'PENDING')
DELETE FROM events USING old WHERE events.position = old.position;
