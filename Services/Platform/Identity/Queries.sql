-- Accounts, sessions, keys, and what happened to them.

-- Nothing when the address is registered.
-- query insert(user: User, hash: String) -> count
INSERT INTO users (:User, password_hash) VALUES (:user.*, :hash) ON CONFLICT (email) DO NOTHING;

-- query user(id: Uuid) -> User?
SELECT :User FROM users WHERE id = :id;

-- query lockedUser(id: Uuid) -> User?
SELECT :User FROM users WHERE id = :id FOR UPDATE;

-- query account(email: String) -> (user: User, hash: String)?
SELECT :User, password_hash AS hash FROM users WHERE email = :email;

-- query hash(id: Uuid) -> String?
SELECT password_hash FROM users WHERE id = :id;

-- Newest first.
-- query users(email: String?, before: Uuid?, limit: Int) -> [User]
SELECT :User FROM users
WHERE true
  AND email = :email  -- if :email
  AND id < :before    -- if :before
ORDER BY id DESC LIMIT :limit;

-- query rename(id: Uuid, name: String, now: Timestamp) -> User?
UPDATE users SET name = :name, updated_at = :now WHERE id = :id RETURNING :User;

-- query change(id: Uuid, roles: [Role], scopes: [String], disabled: Bool, now: Timestamp) -> User
UPDATE users SET roles = :roles, scopes = :scopes, is_disabled = :disabled, updated_at = :now WHERE id = :id
RETURNING :User;

-- The administrators that can log in; their rows are locked.
-- query administrators() -> [Uuid]
SELECT id FROM users WHERE 'admin' = ANY (roles) AND NOT is_disabled ORDER BY id FOR UPDATE;

-- query setPassword(id: Uuid, hash: String, now: Timestamp) -> count
UPDATE users SET password_hash = :hash, updated_at = :now WHERE id = :id AND NOT is_disabled;

-- Nothing when the password is another one than was verified, by now.
-- query replacePassword(id: Uuid, verified: String, hash: String, now: Timestamp) -> count
UPDATE users SET password_hash = :hash, updated_at = :now
WHERE id = :id AND password_hash = :verified AND NOT is_disabled;

-- The user with the password that was verified; it stays until the transaction ends.
-- query verifiedUser(id: Uuid, verified: String) -> User?
SELECT :User FROM users WHERE id = :id AND password_hash = :verified AND NOT is_disabled FOR SHARE;

-- Confirms an address, unless the user has another one by now.
-- query confirm(id: Uuid, email: String, now: Timestamp) -> User?
UPDATE users SET email_confirmed_at = coalesce(email_confirmed_at, :now), updated_at = :now
WHERE id = :id AND email = :email AND NOT is_disabled RETURNING :User;

-- query promote(id: Uuid) -> count
UPDATE users SET roles = roles || '{admin}' WHERE id = :id AND NOT 'admin' = ANY (roles);

-- Sessions and refresh tokens.

-- query begin(session: Uuid, user: Uuid, device: String, now: Timestamp)
INSERT INTO sessions (id, user_id, device, created_at, used_at) VALUES (:session, :user, :device, :now, :now);

-- query addToken(digest: Base64, session: Uuid, expires: Timestamp)
INSERT INTO refresh_tokens (digest, session_id, expires_at) VALUES (:digest, :session, :expires);

-- The token and the session are locked: of two uses at the same time the second finds the first.
-- query token(digest: Base64)
--   -> (session_id: Uuid, user_id: Uuid, expires_at: Timestamp, used_at: Timestamp?, ended_at: Timestamp?, client_id: Uuid?, scopes: [String]?, began_at: Timestamp)?
SELECT s.id AS session_id, s.user_id, t.expires_at, t.used_at, s.ended_at, s.client_id, s.scopes, coalesce(s.authenticated_at, s.created_at) AS began_at
FROM refresh_tokens AS t JOIN sessions AS s ON s.id = t.session_id WHERE t.digest = :digest FOR UPDATE;

-- query isOpen(session: Uuid, user: Uuid) -> Bool
SELECT EXISTS (SELECT FROM sessions WHERE id = :session AND user_id = :user AND ended_at IS NULL);

-- query use(digest: Base64, session: Uuid, now: Timestamp)
WITH used AS (UPDATE refresh_tokens SET used_at = :now WHERE digest = :digest)
UPDATE sessions SET used_at = :now WHERE id = :session;

-- query end(session: Uuid, user: Uuid, now: Timestamp) -> count
UPDATE sessions SET ended_at = :now WHERE id = :session AND user_id = :user AND ended_at IS NULL;

-- Ends all sessions of a user, but for one.
-- query endAll(user: Uuid, besides: Uuid?, now: Timestamp) -> count
UPDATE sessions SET ended_at = :now WHERE user_id = :user AND ended_at IS NULL
  AND id IS DISTINCT FROM :besides;

-- query sessions(user: Uuid, current: Uuid?) -> [Session]
SELECT id, device, created_at, used_at, id IS NOT DISTINCT FROM :current AS is_current FROM sessions
WHERE user_id = :user AND ended_at IS NULL ORDER BY used_at DESC LIMIT 1000;

-- Tokens in messages.

-- Nothing when the user got a message of the kind since a time.
-- query addMailToken(digest: Base64, user: Uuid, kind: String, email: String, now: Timestamp, expires: Timestamp,
--   since: Timestamp) -> count
INSERT INTO mail_tokens (digest, user_id, kind, email, created_at, expires_at)
SELECT :digest, :user, :kind, :email, :now, :expires
WHERE NOT EXISTS (SELECT FROM mail_tokens WHERE user_id = :user AND kind = :kind AND created_at > :since);

-- query hasMailToken(digest: Base64, kind: String, now: Timestamp) -> Bool
SELECT EXISTS (SELECT FROM mail_tokens WHERE digest = :digest AND kind = :kind AND expires_at > :now);

-- Takes a token, and all others of its kind with it.
-- query takeMailToken(digest: Base64, kind: String, now: Timestamp) -> [(user_id: Uuid, email: String)]
WITH taken AS (
  SELECT user_id, email FROM mail_tokens WHERE digest = :digest AND kind = :kind AND expires_at > :now FOR UPDATE
), gone AS (
  DELETE FROM mail_tokens AS m USING taken WHERE m.user_id = taken.user_id AND m.kind = :kind RETURNING m.digest)
SELECT taken.user_id, taken.email FROM taken WHERE EXISTS (SELECT FROM gone WHERE gone.digest = :digest);

-- API keys.

-- Nothing when the user has as many as may be. The user is locked before, so that two do not count the same.
-- query addKey(user: Uuid, key: ApiKey, digest: Base64, most: Int, now: Timestamp) -> count
INSERT INTO api_keys (:ApiKey, user_id, digest)
SELECT :key.*, :user, :digest WHERE (
  SELECT count(*) FROM api_keys WHERE user_id = :user AND (expires_at IS NULL OR expires_at > :now)) < :most;

-- query keys(user: Uuid, now: Timestamp) -> [ApiKey]
SELECT :ApiKey FROM api_keys WHERE user_id = :user AND (expires_at IS NULL OR expires_at > :now) ORDER BY id DESC;

-- query endKey(id: Uuid, user: Uuid) -> count
DELETE FROM api_keys WHERE id = :id AND user_id = :user;

-- query endKeys(user: Uuid) -> count
DELETE FROM api_keys WHERE user_id = :user;

-- query holder(digest: Base64, now: Timestamp)
--   -> (id: Uuid, user_id: Uuid, email: String, confirmed_at: Timestamp?, key_scopes: [String], roles: [Role], scopes: [String], used_at: Timestamp?)?
SELECT k.id, k.user_id, u.email, u.email_confirmed_at AS confirmed_at, k.scopes AS key_scopes, u.roles, u.scopes, k.used_at
FROM api_keys AS k JOIN users AS u ON u.id = k.user_id
WHERE k.digest = :digest AND NOT u.is_disabled AND (k.expires_at IS NULL OR k.expires_at > :now);

-- query useKey(id: Uuid, now: Timestamp)
UPDATE api_keys SET used_at = :now WHERE id = :id;

-- Keys that sign.

-- query signingKeys() -> [(id: String, algorithm: String, private_key: Base64, created_at: Timestamp, signs_at: Timestamp)]
SELECT id, algorithm, private_key, created_at, signs_at FROM signing_keys ORDER BY signs_at DESC, id;

-- Nothing when a key was created since a time.
-- query addSigningKey(id: String, algorithm: String, key: Base64, now: Timestamp, signs: Timestamp, since: Timestamp) -> count
INSERT INTO signing_keys (id, algorithm, private_key, created_at, signs_at)
SELECT :id, :algorithm, :key, :now, :signs
WHERE NOT EXISTS (SELECT FROM signing_keys WHERE created_at > :since AND algorithm = :algorithm);

-- Removes keys that another one of their algorithm has followed before a time.
-- query dropSigningKeys(before: Timestamp) -> count
DELETE FROM signing_keys AS k
WHERE EXISTS (
  SELECT FROM signing_keys AS later
  WHERE later.algorithm = k.algorithm AND later.signs_at > k.signs_at AND later.signs_at < :before);

-- Attempts to log in.

-- The attempts of a client come one after another.
-- query queue(client: String)
SELECT pg_advisory_xact_lock(hashtextextended(:client, 18));

-- Nothing when the client has had as many attempts as it may have: then no row is added for one more either.
-- query attempt(id: Uuid, client: String, email: String, now: Timestamp, since: Timestamp, same: Int, all: Int) -> count
INSERT INTO login_attempts (id, client, email, attempted_at)
SELECT :id, :client, :email, :now FROM (
  SELECT count(*) AS every, count(*) FILTER (WHERE email = :email) AS same FROM login_attempts
  WHERE client = :client AND attempted_at > :since) AS earlier
WHERE earlier.same < :same AND earlier.every < :all;

-- One that was not judged.
-- query withdraw(attempt: Uuid)
DELETE FROM login_attempts WHERE id = :attempt;

-- query forgive(client: String, email: String)
DELETE FROM login_attempts WHERE client = :client AND email = :email;

-- Clients of OAuth 2.0.

-- Nothing when there are as many as may be.
-- query addClient(client: Client, secret: Base64?, most: Int) -> count
INSERT INTO clients (:Client, secret) SELECT :client.*, :secret WHERE (SELECT count(*) FROM clients) < :most;

-- query clients() -> [Client]
SELECT :Client FROM clients ORDER BY id DESC;

-- query client(id: Uuid) -> (client: Client, secret: Base64?)?
SELECT :Client, secret FROM clients WHERE id = :id;

-- query endClient(id: Uuid) -> count
DELETE FROM clients WHERE id = :id;

-- query consent(user: Uuid, client: Uuid) -> [(scopes: [String])]
SELECT scopes FROM consents WHERE user_id = :user AND client_id = :client;

-- query allow(user: Uuid, client: Uuid, scopes: [String])
INSERT INTO consents (user_id, client_id, scopes) VALUES (:user, :client, :scopes)
ON CONFLICT (user_id, client_id) DO UPDATE SET scopes =
  ARRAY(SELECT DISTINCT unnest(consents.scopes || excluded.scopes) ORDER BY 1);

-- Browsers in which somebody has logged in.

-- query addBrowser(digest: Base64, session: Uuid)
INSERT INTO browsers (digest, session_id) VALUES (:digest, :session);

-- query browser(digest: Base64, since: Timestamp) -> (user: User, session: Uuid, began: Timestamp)?
SELECT u.:User, s.id AS session, s.created_at AS began
FROM browsers AS b JOIN sessions AS s ON s.id = b.session_id JOIN users AS u ON u.id = s.user_id
WHERE b.digest = :digest AND s.ended_at IS NULL AND NOT u.is_disabled AND s.created_at > :since;

-- query beginFor(session: Uuid, user: Uuid, client: Uuid, scopes: [String], device: String, authenticated: Timestamp, now: Timestamp)
INSERT INTO sessions (id, user_id, device, created_at, used_at, client_id, scopes, authenticated_at)
VALUES (:session, :user, :device, :now, :now, :client, :scopes, :authenticated);

-- Codes that browsers bring to clients.

-- query addCode(digest: Base64, client: Uuid, user: Uuid, redirect: String, scopes: [String], challenge: String, nonce: String?,
--   authenticated: Timestamp, expires: Timestamp, browser: Uuid)
INSERT INTO authorization_codes
  (digest, client_id, user_id, redirect_uri, scopes, challenge, nonce, authenticated_at, expires_at, browser_id)
VALUES (:digest, :client, :user, :redirect, :scopes, :challenge, :nonce, :authenticated, :expires, :browser);

-- It is locked: of two uses at the same time the second finds the first.
-- query code(digest: Base64)
--   -> (client_id: Uuid, user_id: Uuid, redirect_uri: String, scopes: [String], challenge: String, nonce: String?, authenticated_at: Timestamp, expires_at: Timestamp, browser_id: Uuid, session_id: Uuid?, used_at: Timestamp?)?
SELECT client_id, user_id, redirect_uri, scopes, challenge, nonce, authenticated_at, expires_at, browser_id, session_id, used_at
FROM authorization_codes WHERE digest = :digest FOR UPDATE;

-- query useCode(digest: Base64, session: Uuid, now: Timestamp)
UPDATE authorization_codes SET session_id = :session, used_at = :now WHERE digest = :digest;

-- query forgetCodes(before: Timestamp) -> count
DELETE FROM authorization_codes WHERE expires_at < :before;

-- Devices that wait for a login.

-- Nothing when another device shows the code.
-- query addDevice(digest: Base64, code: String, client: Uuid, scopes: [String], expires: Timestamp, pause: Int) -> count
INSERT INTO devices (digest, user_code, client_id, scopes, expires_at, pause)
VALUES (:digest, :code, :client, :scopes, :expires, :pause) ON CONFLICT (user_code) DO NOTHING;

-- query waitingDevices(client: Uuid, now: Timestamp) -> Int
SELECT count(*) FROM devices WHERE client_id = :client AND expires_at > :now;

-- query deviceByCode(code: String, now: Timestamp) -> (client_id: Uuid, scopes: [String])?
SELECT client_id, scopes FROM devices WHERE user_code = :code AND expires_at > :now AND is_allowed IS NULL;

-- query decide(code: String, user: Uuid, allowed: Bool, scopes: [String], browser: Uuid, authenticated: Timestamp, now: Timestamp) -> count
UPDATE devices SET user_id = :user, is_allowed = :allowed, scopes = :scopes, browser_id = :browser, authenticated_at = :authenticated
WHERE user_code = :code AND expires_at > :now AND is_allowed IS NULL;

-- query device(digest: Base64)
--   -> (client_id: Uuid, scopes: [String], expires_at: Timestamp, polled_at: Timestamp?, pause: Int, user_id: Uuid?, browser_id: Uuid?, authenticated_at: Timestamp?, is_allowed: Bool?)?
SELECT client_id, scopes, expires_at, polled_at, pause, user_id, browser_id, authenticated_at, is_allowed FROM devices WHERE digest = :digest FOR UPDATE;

-- query poll(digest: Base64, pause: Int, now: Timestamp)
UPDATE devices SET polled_at = :now, pause = :pause WHERE digest = :digest;

-- query endDevice(digest: Base64)
DELETE FROM devices WHERE digest = :digest;

-- query forgetDevices(now: Timestamp) -> count
DELETE FROM devices WHERE expires_at < :now;

-- Second factors.

-- Nothing when the user has one that is confirmed.
-- query addFactor(user: Uuid, secret: Base64) -> count
INSERT INTO second_factors (user_id, secret, last_step) VALUES (:user, :secret, 0)
ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret WHERE second_factors.confirmed_at IS NULL;

-- query factor(user: Uuid) -> (secret: Base64, confirmed_at: Timestamp?, last_step: Int)?
SELECT secret, confirmed_at, last_step FROM second_factors WHERE user_id = :user FOR UPDATE;

-- query useFactor(user: Uuid, step: Int, now: Timestamp)
UPDATE second_factors SET last_step = :step, confirmed_at = coalesce(confirmed_at, :now) WHERE user_id = :user;

-- query removeFactor(user: Uuid) -> count
WITH codes AS (DELETE FROM recovery_codes WHERE user_id = :user)
DELETE FROM second_factors WHERE user_id = :user;

-- query endConsents(user: Uuid) -> count
DELETE FROM consents WHERE user_id = :user;

-- query addRecovery(user: Uuid, digest: Base64)
INSERT INTO recovery_codes (user_id, digest) VALUES (:user, :digest);

-- query useRecovery(user: Uuid, digest: Base64) -> count
DELETE FROM recovery_codes WHERE user_id = :user AND digest = :digest;

-- Outside providers.

-- query addProviderLogin(digest: Base64, nonce: String, verifier: String, destination: String, user: Uuid?, expires: Timestamp)
INSERT INTO provider_logins (digest, nonce, verifier, destination, user_id, expires_at)
VALUES (:digest, :nonce, :verifier, :destination, :user, :expires);

-- One that the provider has not proved yet; it is taken.
-- query takeProviderLogin(digest: Base64, now: Timestamp) -> [(nonce: String, verifier: String, destination: String)]
DELETE FROM provider_logins WHERE digest = :digest AND user_id IS NULL AND expires_at > :now
RETURNING nonce, verifier, destination;

-- One that waits for a second factor.
-- query provedLogin(digest: Base64, now: Timestamp) -> (user_id: Uuid?, destination: String)?
SELECT user_id, destination FROM provider_logins WHERE digest = :digest AND user_id IS NOT NULL AND expires_at > :now;

-- query endProviderLogin(digest: Base64) -> count
DELETE FROM provider_logins WHERE digest = :digest;

-- query forgetProviderLogins(now: Timestamp) -> count
DELETE FROM provider_logins WHERE expires_at < :now;

-- query providerUser(issuer: String, subject: String) -> User?
SELECT u.:User FROM provider_accounts AS p JOIN users AS u ON u.id = p.user_id
WHERE p.issuer = :issuer AND p.subject = :subject FOR SHARE OF u;

-- Nothing when somebody has the subject by now.
-- query link(issuer: String, subject: String, user: Uuid, now: Timestamp) -> count
INSERT INTO provider_accounts (issuer, subject, user_id, linked_at) VALUES (:issuer, :subject, :user, :now)
ON CONFLICT DO NOTHING;

-- What happened.

-- query record(entry: AuditEntry)
INSERT INTO audit (:AuditEntry) VALUES (:entry.*);

-- Newest first.
-- query audit(user: Uuid?, before: Uuid?, limit: Int) -> [AuditEntry]
SELECT :AuditEntry FROM audit
WHERE true
  AND user_id = :user  -- if :user
  AND id < :before     -- if :before
ORDER BY id DESC LIMIT :limit;

-- Forgets what nobody can use any more.

-- query forgetTokens(now: Timestamp, limit: Int) -> count
DELETE FROM refresh_tokens WHERE digest IN (SELECT digest FROM refresh_tokens WHERE expires_at < :now LIMIT :limit);

-- query forgetMailTokens(now: Timestamp) -> count
DELETE FROM mail_tokens WHERE expires_at < :now;

-- query forgetKeys(now: Timestamp) -> count
DELETE FROM api_keys WHERE expires_at < :now;

-- query forgetAttempts(before: Timestamp) -> count
DELETE FROM login_attempts WHERE attempted_at < :before;

-- query forgetSessions(before: Timestamp, limit: Int) -> count
DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE ended_at < :before LIMIT :limit);

-- Ends sessions that got no tokens since a time.
-- query endIdle(before: Timestamp, now: Timestamp) -> count
UPDATE sessions SET ended_at = :now WHERE ended_at IS NULL AND used_at < :before;
