import ServicePostgres

extension PostgresLog {
  /// The log's tables, in a schema of their own.
  static let migrations = [
    Migration(
      name: "charter-log-0001.sql",
      sql: """
        -- Plans must not depend on statistics: the tables are empty at first, grow by thousands of rows a second, and are
        -- emptied again. Each statement of the log has an index that answers it in order.
        DO $$ BEGIN
          EXECUTE format('ALTER DATABASE %I SET plan_cache_mode = force_generic_plan', current_database());
          EXECUTE format('ALTER DATABASE %I SET enable_seqscan = off', current_database());
          EXECUTE format('ALTER DATABASE %I SET enable_bitmapscan = off', current_database());
          EXECUTE format('ALTER DATABASE %I SET enable_hashjoin = off', current_database());
          EXECUTE format('ALTER DATABASE %I SET enable_mergejoin = off', current_database());
          EXECUTE format('ALTER DATABASE %I SET jit = off', current_database());
        END $$;
        CREATE SCHEMA log;

        -- Rows that change with each batch have space on their page for the versions that are still needed (HOT), so that
        -- neither tables nor indexes grow.
        CREATE TABLE log.channels (
          id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          template text NOT NULL UNIQUE,
          identity uuid NOT NULL DEFAULT gen_random_uuid(),
          partitions integer NOT NULL,
          -- The position of the last event. Its row's lock is held until the events are committed: positions become
          -- visible in their order.
          position bigint NOT NULL DEFAULT 0
        ) WITH (fillfactor = 10);

        -- The slots of time: the current one, those that have ended, and those that have not begun.
        CREATE TABLE log.slots (
          slot integer PRIMARY KEY,
          began_at timestamptz,
          ended_at timestamptz
        );
        INSERT INTO log.slots (slot) SELECT generate_series(0, 8);
        UPDATE log.slots SET began_at = now() WHERE slot = 0;

        CREATE TABLE log.events (
          slot integer NOT NULL,
          channel integer NOT NULL,
          position bigint NOT NULL,
          partition integer NOT NULL,
          stored_at timestamptz NOT NULL,
          address text NOT NULL,
          id text NOT NULL,
          source text NOT NULL,
          type text NOT NULL,
          time timestamptz NOT NULL,
          key text,
          sequence bigint,
          content_type text NOT NULL,
          trace_parent text,
          trace_state text,
          headers text[],
          data bytea NOT NULL
        ) PARTITION BY LIST (slot);
        ALTER TABLE log.events ALTER data SET STORAGE EXTERNAL;
        CREATE INDEX events_by_position ON log.events (channel, position, partition);
        CREATE TABLE log.events_0 PARTITION OF log.events FOR VALUES IN (0);
        CREATE TABLE log.events_1 PARTITION OF log.events FOR VALUES IN (1);
        CREATE TABLE log.events_2 PARTITION OF log.events FOR VALUES IN (2);
        CREATE TABLE log.events_3 PARTITION OF log.events FOR VALUES IN (3);
        CREATE TABLE log.events_4 PARTITION OF log.events FOR VALUES IN (4);
        CREATE TABLE log.events_5 PARTITION OF log.events FOR VALUES IN (5);
        CREATE TABLE log.events_6 PARTITION OF log.events FOR VALUES IN (6);
        CREATE TABLE log.events_7 PARTITION OF log.events FOR VALUES IN (7);
        CREATE TABLE log.events_8 PARTITION OF log.events FOR VALUES IN (8);

        CREATE TABLE log.groups (
          id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          name text NOT NULL,
          channel integer NOT NULL REFERENCES log.channels ON DELETE CASCADE,
          UNIQUE (name, channel)
        );
        CREATE TABLE log.members (
          group_id integer NOT NULL REFERENCES log.groups ON DELETE CASCADE,
          process uuid NOT NULL,
          leased_until timestamptz NOT NULL,
          PRIMARY KEY (group_id, process)
        ) WITH (fillfactor = 10);
        CREATE TABLE log.offsets (
          group_id integer NOT NULL REFERENCES log.groups ON DELETE CASCADE,
          partition integer NOT NULL,
          -- All events of the partition up to this one are acknowledged.
          position bigint NOT NULL DEFAULT 0,
          owner uuid,
          leased_until timestamptz,
          -- Counts the leases: who has an earlier one can no longer move the offset.
          lease bigint NOT NULL DEFAULT 0,
          -- How many events at least were removed by their age before they were acknowledged, and that is not reported yet.
          gone bigint NOT NULL DEFAULT 0,
          PRIMARY KEY (group_id, partition)
        ) WITH (fillfactor = 10);
        """)
  ]
}
