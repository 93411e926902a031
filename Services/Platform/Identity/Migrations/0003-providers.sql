-- Who a user is at an outside provider.
CREATE TABLE provider_accounts (
  issuer text NOT NULL,
  subject text NOT NULL,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  linked_at timestamptz NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX provider_accounts_of_user ON provider_accounts (user_id);

-- Browsers that an outside provider logs in, by the SHA-256 of their cookie.
CREATE TABLE provider_logins (
  digest bytea PRIMARY KEY,
  -- What the token must name, and what the code is asked for with; empty for one that waits for a second factor.
  nonce text NOT NULL,
  verifier text NOT NULL,
  -- The page that the browser goes on to.
  destination text NOT NULL,
  -- Who has been proved, and needs a second factor.
  user_id uuid REFERENCES users ON DELETE CASCADE,
  expires_at timestamptz NOT NULL
);
CREATE INDEX provider_logins_by_end ON provider_logins (expires_at);
CREATE INDEX provider_logins_of_user ON provider_logins (user_id);
