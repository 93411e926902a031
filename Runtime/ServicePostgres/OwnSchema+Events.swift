import ServiceCore

/// The tables of events: what a service has emitted, and what it has handled.
///
/// The outbox and the inbox are rings of partitions by time: the oldest is truncated as a whole. No row of them is ever
/// updated or deleted, so neither leaves dead rows behind.
extension Database {
  static let eventMigrations = [
    Migration(
      name: "charter-0005-outbox.sql",
      sql: """
        CREATE SEQUENCE charter.outbox_id CACHE 1;
        CREATE TABLE charter.outbox (
          id bigint NOT NULL DEFAULT nextval('charter.outbox_id'),
          -- The transaction that emitted it: the relay reads what has become visible since it read last.
          xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
          slot smallint NOT NULL DEFAULT extract(epoch FROM now())::bigint / \(OutboxRing.seconds) % \(OutboxRing.slots),
          \(columns)
        ) PARTITION BY LIST (slot);
        CREATE INDEX ON charter.outbox (id);
        CREATE INDEX ON charter.outbox (xid);
        CREATE TABLE charter.scheduled (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          not_before timestamptz NOT NULL,
          \(columns)
        );
        CREATE INDEX ON charter.scheduled (not_before, id);
        -- What the relay has published: all that is visible in a snapshot, and of what is visible in the next one the
        -- events up to an id.
        CREATE TABLE charter.relay (
          is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
          -- The server whose transactions the snapshots name.
          server text NOT NULL,
          mark pg_snapshot NOT NULL,
          target pg_snapshot,
          last_id bigint
        ) WITH (fillfactor = 10);
        -- What holds the messages of a channel at the broker.
        CREATE TABLE charter.relay_channels (template text PRIMARY KEY, holder text NOT NULL);
        \(partitions(of: "outbox", OutboxRing.slots))
        """),
    Migration(
      name: "charter-0006-inbox.sql",
      sql: """
        CREATE TABLE charter.inbox (
          slot smallint NOT NULL,
          consumer text NOT NULL,
          source text NOT NULL,
          event text NOT NULL,
          time timestamptz NOT NULL,
          key text,
          sequence bigint,
          PRIMARY KEY (slot, consumer, source, event)
        ) PARTITION BY LIST (slot);
        CREATE INDEX ON charter.inbox (consumer, source, key, sequence) WHERE sequence IS NOT NULL;
        -- Events that wait for their next attempt, and those with the same key behind them.
        CREATE TABLE charter.parked (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          consumer text NOT NULL,
          sequence bigint,
          \(columns),
          attempts integer NOT NULL,
          next_attempt timestamptz NOT NULL,
          leased_until timestamptz,
          error text NOT NULL,
          is_redriven boolean NOT NULL DEFAULT false,
          UNIQUE (consumer, source, event)
        );
        CREATE INDEX ON charter.parked (consumer, key, id);
        CREATE INDEX ON charter.parked (consumer, next_attempt);
        -- Events that could not be handled, and those that the broker refused (their consumer is empty).
        CREATE TABLE charter.dead_letters (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          consumer text NOT NULL,
          sequence bigint,
          \(columns),
          attempts integer NOT NULL,
          error text NOT NULL,
          failed_at timestamptz NOT NULL,
          UNIQUE (consumer, source, event)
        );
        \(partitions(of: "inbox", InboxRing.slots))
        """),
    // These texts are found, and never put in a language's order: comparing their bytes halves what a mark costs.
    Migration(
      name: "charter-0007-bytes.sql",
      sql: ["inbox", "parked", "dead_letters"].map { table in
        """
        ALTER TABLE charter.\(table) ALTER consumer TYPE text COLLATE "C", ALTER source TYPE text COLLATE "C",
          ALTER event TYPE text COLLATE "C", ALTER key TYPE text COLLATE "C";
        """
      }.joined(separator: "\n")),
  ]

  /// The columns that hold an event.
  private static let columns = """
    template text NOT NULL, address text NOT NULL, key text, event text NOT NULL, source text NOT NULL,
          type text NOT NULL, time timestamptz NOT NULL, content_type text NOT NULL, trace_parent text,
          trace_state text, headers text[] NOT NULL, data bytea NOT NULL
    """

  /// Makes the partitions of a ring. Who may insert may also truncate, and neither update nor delete.
  private static func partitions(of table: String, _ slots: Int) -> String {
    """
    DO $$
    DECLARE part regclass; role regrole;
    BEGIN
      FOR slot IN 0..\(slots - 1) LOOP
        EXECUTE format('CREATE TABLE charter.\(table)_%s PARTITION OF charter.\(table) FOR VALUES IN (%s)
          WITH (autovacuum_vacuum_insert_threshold = -1)', slot, slot);
      END LOOP;
      FOR part, role IN SELECT c.oid, a.grantee FROM pg_class c, aclexplode(c.relacl) a
        WHERE c.relnamespace = 'charter'::regnamespace AND c.relname ~ '^\(table)(_[0-9]+)?$'
          AND a.grantee NOT IN (0, c.relowner) AND a.privilege_type = 'INSERT'
      LOOP
        EXECUTE format('REVOKE UPDATE, DELETE ON %s FROM %s', part, role);
        EXECUTE format('GRANT TRUNCATE ON %s TO %s', part, role);
      END LOOP;
    END $$;
    """
  }
}

/// The slots of the outbox: each takes the events of four hours, by the database's clock, and is truncated a day later.
package enum OutboxRing {
  package static let slots = 8
  package static let seconds = 14_400
}

/// The slots of the inbox: each takes the marks of the events of two days, by their own time, so that each delivery of an
/// event meets the same one.
package enum InboxRing {
  package static let slots = 18
  package static let seconds = 172_800
  /// The longest time for which an event can be recognized, in milliseconds: 30 days.
  package static let longestWindow = (slots - 3) * seconds * 1_000

  package static func slot(number: Int) -> Int {
    let slot = number % slots
    return slot < 0 ? slot + slots : slot
  }

  /// The number of a time's slot, counted from 1970.
  package static func number(of time: Timestamp) -> Int {
    let (whole, rest) = time.microseconds.quotientAndRemainder(dividingBy: seconds * 1_000_000)
    return rest < 0 ? whole - 1 : whole
  }
}
