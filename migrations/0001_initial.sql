-- Times are microseconds since 1970-01-01 UTC.

CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  password_hash TEXT NOT NULL,
  is_admin INTEGER NOT NULL,
  is_disabled INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  password_changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  kind INTEGER NOT NULL,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_user ON sessions (user_id, id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- The current refresh token of a session and those spent before it: a spent one that comes back
-- has been stolen.
CREATE TABLE refresh_tokens (
  hash BLOB PRIMARY KEY,
  session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  spent_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

CREATE TABLE api_keys (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  secret_hash BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER
) STRICT;
CREATE INDEX api_keys_user ON api_keys (user_id, id);

CREATE TABLE links (
  hash BLOB PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX links_user ON links (user_id);

-- Ids are counted per kind and never reused: a model that is gone keeps its row.
CREATE TABLE models (
  kind INTEGER NOT NULL,
  id INTEGER NOT NULL,
  name TEXT NOT NULL UNIQUE,
  version TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  is_enabled INTEGER NOT NULL DEFAULT 1,
  is_default INTEGER NOT NULL DEFAULT 0,
  registered_at INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE tasks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  owner_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  status INTEGER NOT NULL, -- 1 queued, 2 in progress, 3 done, 4 failed, 5 cancelled
  created_at INTEGER NOT NULL,
  queued_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  attempt INTEGER NOT NULL DEFAULT 0, -- claims so far; names the claim that may write the outcome
  crashes INTEGER NOT NULL DEFAULT 0, -- claims that ended with the process
  boot_id TEXT,                       -- the process that claimed it
  detector_id INTEGER NOT NULL,
  detector_name TEXT NOT NULL,
  detector_version TEXT NOT NULL,
  detector_sha256 TEXT NOT NULL,
  classifier_id INTEGER NOT NULL,
  classifier_name TEXT NOT NULL,
  classifier_version TEXT NOT NULL,
  classifier_sha256 TEXT NOT NULL,
  threshold REAL NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  request_id TEXT NOT NULL DEFAULT '',
  error_code TEXT,
  error_detail TEXT,
  scene TEXT,
  scene_probability REAL,
  queued_seconds REAL,
  decode_seconds REAL,
  detect_seconds REAL,
  classify_seconds REAL,
  total_seconds REAL
) STRICT;
CREATE INDEX tasks_owner ON tasks (owner_id, id);
CREATE INDEX tasks_owner_status ON tasks (owner_id, status, id);
CREATE INDEX tasks_queue ON tasks (crashes > 0, owner_id, id) WHERE status = 1;
CREATE INDEX tasks_running ON tasks (id) WHERE status = 2;

CREATE TABLE task_inputs (
  task_id INTEGER NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  format TEXT NOT NULL, -- jpeg or png
  width INTEGER NOT NULL,  -- of the upright picture
  height INTEGER NOT NULL,
  file_name TEXT NOT NULL,
  PRIMARY KEY (task_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_inputs_sha256 ON task_inputs (sha256);

CREATE TABLE task_results (
  task_id INTEGER PRIMARY KEY REFERENCES tasks (id) ON DELETE CASCADE,
  candidates TEXT NOT NULL, -- JSON: [[class, probability, x, y, width, height, rotation], ...]
  scenes TEXT NOT NULL      -- JSON: [[scene, probability], ...]
) STRICT;

-- The classes found at the task's own threshold, for the list's filter.
CREATE TABLE task_classes (
  task_id INTEGER NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
  class TEXT NOT NULL,
  PRIMARY KEY (task_id, class)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_keys (
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  task_id INTEGER NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
CREATE INDEX idempotency_keys_task ON idempotency_keys (task_id);

-- Whose turn it is: the user whose latest claim is the longest ago goes next.
CREATE TABLE claim_turns (
  owner_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  turn INTEGER NOT NULL
) STRICT;
