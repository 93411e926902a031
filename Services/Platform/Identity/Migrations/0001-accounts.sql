CREATE TABLE users (
  id uuid PRIMARY KEY,
  -- In lower case.
  email text NOT NULL UNIQUE,
  name text NOT NULL,
  roles text[] NOT NULL,
  scopes text[] NOT NULL,
  is_disabled boolean NOT NULL,
  email_confirmed_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  -- By Argon2id.
  password_hash text NOT NULL
);
CREATE INDEX users_administrators ON users (id) WHERE 'admin' = ANY (roles);

CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  device text NOT NULL,
  created_at timestamptz NOT NULL,
  used_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX sessions_open ON sessions (user_id, used_at DESC) WHERE ended_at IS NULL;
CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL;

-- Secrets are stored by their SHA-256: who reads these tables cannot use them.
CREATE TABLE refresh_tokens (
  digest bytea PRIMARY KEY,
  session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_by_end ON refresh_tokens (expires_at);

CREATE TABLE mail_tokens (
  digest bytea PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('confirm-email', 'reset-password')),
  -- The address that it was sent to, which may have changed since.
  email text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX mail_tokens_by_user ON mail_tokens (user_id, kind);
CREATE INDEX mail_tokens_by_end ON mail_tokens (expires_at);

CREATE TABLE api_keys (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  name text NOT NULL,
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL,
  used_at timestamptz,
  expires_at timestamptz,
  digest bytea NOT NULL UNIQUE
);
CREATE INDEX api_keys_by_user ON api_keys (user_id);

-- The private keys that sign access tokens. The one that signs now is the last one whose time has come.
CREATE TABLE signing_keys (
  id text PRIMARY KEY,
  algorithm text NOT NULL CHECK (algorithm IN ('ES256', 'RS256')),
  private_key bytea NOT NULL,
  created_at timestamptz NOT NULL,
  signs_at timestamptz NOT NULL
);

-- Attempts to prove a password that have not succeeded, of a client for an address.
CREATE TABLE login_attempts (
  id uuid PRIMARY KEY,
  client text NOT NULL,
  email text NOT NULL,
  attempted_at timestamptz NOT NULL
);
CREATE INDEX login_attempts_of_client ON login_attempts (client, attempted_at);
CREATE INDEX login_attempts_by_time ON login_attempts (attempted_at);

CREATE TABLE audit (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  -- No reference: what happened to somebody stays when the account is gone.
  user_id uuid NOT NULL,
  actor_id uuid,
  detail text,
  happened_at timestamptz NOT NULL
);
CREATE INDEX audit_of_user ON audit (user_id, id DESC);
