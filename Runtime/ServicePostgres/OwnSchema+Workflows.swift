/// The tables of workflows: one row for each, one for each of their finished steps, and one for each message to them.
extension Database {
  static let workflowMigrations = [
    Migration(
      name: "charter-0008-workflows.sql",
      sql: """
        CREATE TABLE charter.workflows (
          id uuid PRIMARY KEY,
          name text COLLATE "C" NOT NULL,
          version integer NOT NULL,
          -- The first three are unfinished.
          state text COLLATE "C" NOT NULL
            CHECK (state IN ('running', 'compensating', 'stuck', 'completed', 'failed', 'abandoned')),
          -- As JSON, like all values below.
          input text NOT NULL,
          started_at timestamptz NOT NULL,
          deadline timestamptz,
          -- When a process is to go on with it, unless one has it: never, for one that is stuck or waits without a
          -- limit.
          due_at timestamptz NOT NULL,
          -- The process that has it, and the number of its lease: the next one has a greater number.
          owner uuid,
          lease bigint NOT NULL,
          -- The step that was tried and failed, -1 less its position for the undoing of a step; how often; and since
          -- when.
          attempted integer,
          attempts integer NOT NULL DEFAULT 0,
          tried_since timestamptz,
          -- The name of the message that it waits for, and how many messages were ever sent to it.
          waits_for text COLLATE "C",
          messages integer NOT NULL DEFAULT 0,
          -- Why somebody cancelled it.
          cancelled text,
          result text,
          -- Why it failed: set when its steps begin to be undone.
          failure text,
          code text,
          -- Why it is stuck or abandoned, or why its last attempt failed.
          note text,
          trace_parent text,
          ended_at timestamptz,
          CHECK ((ended_at IS NULL) = (state IN ('running', 'compensating', 'stuck')))
        ) WITH (fillfactor = 80);
        -- Finished ones are in neither: what is looked for among the others takes as long with a million of them.
        CREATE INDEX workflows_due ON charter.workflows (due_at) WHERE owner IS NULL AND ended_at IS NULL;
        CREATE INDEX workflows_owned ON charter.workflows (owner) WHERE owner IS NOT NULL;
        CREATE INDEX workflows_ended ON charter.workflows USING brin (ended_at);

        CREATE TABLE charter.workflow_steps (
          workflow uuid NOT NULL,
          position integer NOT NULL,
          -- Whether the row says that the step was undone.
          undo boolean NOT NULL,
          id uuid NOT NULL,
          name text NOT NULL,
          kind text NOT NULL CHECK (kind IN ('step', 'transaction', 'sleep', 'message')),
          outcome text NOT NULL CHECK (outcome IN ('done', 'failed', 'unknown')),
          -- The reason of one that failed.
          result text NOT NULL,
          code text,
          at timestamptz NOT NULL,
          PRIMARY KEY (workflow, position, undo)
        );
        CREATE TABLE charter.workflow_messages (
          workflow uuid NOT NULL,
          id text COLLATE "C" NOT NULL,
          -- Their order.
          number integer NOT NULL,
          name text COLLATE "C" NOT NULL,
          value text NOT NULL,
          sent_at timestamptz NOT NULL,
          -- The step that took it; NULL until then.
          position integer,
          PRIMARY KEY (workflow, id)
        );
        -- What is recorded of a step never changes.
        DO $$
        DECLARE role regrole;
        BEGIN
          FOR role IN SELECT a.grantee FROM pg_class c, aclexplode(c.relacl) a
            WHERE c.oid = 'charter.workflow_steps'::regclass AND a.grantee NOT IN (0, c.relowner)
              AND a.privilege_type = 'INSERT'
          LOOP
            EXECUTE format('REVOKE UPDATE ON charter.workflow_steps FROM %s', role);
          END LOOP;
        END $$;
        """)
  ]
}
