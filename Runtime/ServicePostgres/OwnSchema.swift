extension Database {
  /// The runtime's own tables, in a separate schema of each service's database.
  static let ownMigrations = requestMigrations + eventMigrations + workflowMigrations

  private static let requestMigrations = [
    Migration(
      name: "charter-0001-idempotency-keys.sql",
      sql: """
        CREATE TABLE charter.idempotency_keys (
          operation text NOT NULL,
          key text NOT NULL,
          request bytea NOT NULL,
          attempt uuid NOT NULL,
          claimed_at timestamptz NOT NULL DEFAULT now(),
          status integer,
          headers text[],
          body bytea,
          PRIMARY KEY (operation, key)
        );
        CREATE INDEX idempotency_keys_by_time ON charter.idempotency_keys (claimed_at);
        """),
    Migration(
      name: "charter-0002-idempotency-backends.sql",
      sql: """
        ALTER TABLE charter.idempotency_keys
          -- The process id of the backend that made the claim, and when it began.
          ADD backend text,
          ADD expires_at timestamptz NOT NULL DEFAULT now() + interval '60 seconds';
        """),
    Migration(
      name: "charter-0003-processes.sql",
      sql: """
        CREATE TABLE charter.processes (id uuid PRIMARY KEY, seen_at timestamptz NOT NULL);
        -- Whether a process has given a sign of life within 5 seconds; false for NULL. While a server is not up for as
        -- long, its clients had no chance to.
        CREATE FUNCTION charter.is_alive(process uuid) RETURNS boolean LANGUAGE sql STABLE RETURN EXISTS (
          SELECT FROM charter.processes
          WHERE id = process AND (seen_at > now() - interval '5 seconds'
            OR pg_postmaster_start_time() > now() - interval '5 seconds' AND seen_at > now() - interval '1 hour'));
        -- The process that made the claim. Those of an earlier version still write the backend.
        ALTER TABLE charter.idempotency_keys ADD process uuid;
        """),
    Migration(
      name: "charter-0004-tasks.sql",
      sql: """
        CREATE TABLE charter.tasks (
          name text PRIMARY KEY,
          -- The process that began the last run, and until when it has the lease; NULL once the run has ended.
          process uuid NOT NULL,
          leased_until timestamptz,
          started_at timestamptz NOT NULL,
          ended_at timestamptz,
          succeeded boolean
        );
        """),
  ]
}
