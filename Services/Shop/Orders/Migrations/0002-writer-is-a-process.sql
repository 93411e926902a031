-- Which process wrote an order is known by the process's own id, which a connection pooler does not change. Hosts of the
-- version before still write the backend while they are replaced.
ALTER TABLE orders ALTER COLUMN writer DROP NOT NULL, ADD COLUMN process uuid;
