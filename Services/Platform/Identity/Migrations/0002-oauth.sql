-- Programs that users log in to, or that act for themselves.
CREATE TABLE clients (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  grants text[] NOT NULL,
  redirect_uris text[] NOT NULL,
  scopes text[] NOT NULL,
  is_confidential boolean NOT NULL,
  is_trusted boolean NOT NULL,
  id_token_signed_response_alg text NOT NULL CHECK (id_token_signed_response_alg IN ('ES256', 'RS256')),
  created_at timestamptz NOT NULL,
  -- The SHA-256 of its secret.
  secret bytea
);

-- A session is that of a client where a user has logged in to one: its tokens have these scopes at most.
ALTER TABLE sessions
  ADD COLUMN client_id uuid REFERENCES clients ON DELETE CASCADE,
  ADD COLUMN scopes text[],
  -- When the user proved who it is, in a browser.
  ADD COLUMN authenticated_at timestamptz;
CREATE INDEX sessions_of_client ON sessions (client_id) WHERE client_id IS NOT NULL;

-- What a browser has for a session, by the SHA-256 of its cookie.
CREATE TABLE browsers (
  digest bytea PRIMARY KEY,
  session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE
);
CREATE INDEX browsers_by_session ON browsers (session_id);

CREATE TABLE consents (
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  client_id uuid NOT NULL REFERENCES clients ON DELETE CASCADE,
  scopes text[] NOT NULL,
  PRIMARY KEY (user_id, client_id)
);
CREATE INDEX consents_of_client ON consents (client_id);

CREATE TABLE authorization_codes (
  digest bytea PRIMARY KEY,
  client_id uuid NOT NULL REFERENCES clients ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  redirect_uri text NOT NULL,
  scopes text[] NOT NULL,
  challenge text NOT NULL,
  nonce text,
  authenticated_at timestamptz NOT NULL,
  -- The session in which it was allowed: with it, the code ends.
  browser_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
  expires_at timestamptz NOT NULL,
  -- The session that it was used for: a code that comes again ends it.
  session_id uuid REFERENCES sessions ON DELETE SET NULL,
  used_at timestamptz
);
CREATE INDEX authorization_codes_by_end ON authorization_codes (expires_at);
CREATE INDEX authorization_codes_of_client ON authorization_codes (client_id);
CREATE INDEX authorization_codes_of_user ON authorization_codes (user_id);
CREATE INDEX authorization_codes_by_session ON authorization_codes (session_id);
CREATE INDEX authorization_codes_by_browser ON authorization_codes (browser_id);

CREATE TABLE devices (
  digest bytea PRIMARY KEY,
  user_code text NOT NULL UNIQUE,
  client_id uuid NOT NULL REFERENCES clients ON DELETE CASCADE,
  scopes text[] NOT NULL,
  expires_at timestamptz NOT NULL,
  polled_at timestamptz,
  -- In seconds, between two questions.
  pause int NOT NULL,
  -- Who has decided, in which session, and when that was begun.
  user_id uuid REFERENCES users ON DELETE CASCADE,
  browser_id uuid REFERENCES sessions ON DELETE CASCADE,
  authenticated_at timestamptz,
  is_allowed boolean
);
CREATE INDEX devices_by_browser ON devices (browser_id);
CREATE INDEX devices_by_end ON devices (expires_at);
CREATE INDEX devices_of_client ON devices (client_id);
CREATE INDEX devices_of_user ON devices (user_id);

-- Authenticators (RFC 6238). Their secrets are needed as they are.
CREATE TABLE second_factors (
  user_id uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
  secret bytea NOT NULL,
  confirmed_at timestamptz,
  -- The step of the last code that was used: none counts twice.
  last_step bigint NOT NULL
);

CREATE TABLE recovery_codes (
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  digest bytea NOT NULL,
  PRIMARY KEY (user_id, digest)
);
