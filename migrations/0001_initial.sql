-- SPDX-License-Identifier: MIT
-- Times are microseconds since 1970-01-01 UTC; hashes of secrets are SHA-256 (32 bytes), those of
-- files are lower-case hexadecimal.

-- accounts --------------------------------------------------------------------------------------

CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  password_hash TEXT NOT NULL,                -- Argon2id in its encoded form
  is_admin INTEGER NOT NULL CHECK (is_admin IN (0, 1)),
  disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
  created_at INTEGER NOT NULL,
  password_changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('token', 'cookie', 'classic')),
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER,
  user_agent TEXT NOT NULL DEFAULT '',
  address TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id, created_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Every refresh token a session ever had, so that one which was spent long ago is recognised.
CREATE TABLE refresh_tokens (
  hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
  session_id INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
  spent_at INTEGER                            -- null: the one that is valid now
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

CREATE TABLE api_keys (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
  name TEXT NOT NULL,
  secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,
  expires_at INTEGER,
  revoked_at INTEGER
) STRICT;
CREATE INDEX api_keys_by_user ON api_keys (user_id);

CREATE TABLE links (
  token_hash BLOB NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
  user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX links_by_user ON links (user_id);
CREATE INDEX links_by_expiry ON links (expires_at);

-- models ----------------------------------------------------------------------------------------

-- Rows are never deleted: an id belongs to its name for ever.
CREATE TABLE models (
  kind INTEGER NOT NULL CHECK (kind IN (1, 2)),       -- 1 detection, 2 classification
  id INTEGER NOT NULL CHECK (id >= 1),                -- counted per kind
  name TEXT NOT NULL UNIQUE,
  version TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  is_default INTEGER NOT NULL CHECK (is_default IN (0, 1)),
  registered_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX models_one_default ON models (kind) WHERE is_default = 1;

-- tasks -----------------------------------------------------------------------------------------

CREATE TABLE tasks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  owner_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
  status INTEGER NOT NULL CHECK (status BETWEEN 1 AND 5),
                        -- 1 queued, 2 in progress, 3 done, 4 failed, 5 cancelled
  created_at INTEGER NOT NULL,
  queued_at INTEGER NOT NULL,                 -- of the last time it was queued; orders the queue
  started_at INTEGER,
  finished_at INTEGER,
  attempt INTEGER NOT NULL DEFAULT 0,         -- claims so far; never goes back, so that an old
                                              -- worker's outcome cannot be taken for a new one's
  crashes INTEGER NOT NULL DEFAULT 0,         -- claims that the process did not survive
  suspect_since INTEGER,                      -- when the last of them was noticed
  boot_id TEXT,                               -- the process that holds the claim
  threshold REAL NOT NULL CHECK (threshold BETWEEN 0 AND 1),
  note TEXT NOT NULL DEFAULT '',
  detector_id INTEGER NOT NULL,
  detector_name TEXT NOT NULL,
  detector_version TEXT NOT NULL,
  detector_sha256 TEXT NOT NULL,
  classifier_id INTEGER NOT NULL,
  classifier_name TEXT NOT NULL,
  classifier_version TEXT NOT NULL,
  classifier_sha256 TEXT NOT NULL,
  decode_seconds REAL,
  detect_seconds REAL,
  classify_seconds REAL,
  scene TEXT,
  scene_probability REAL,
  error_code TEXT,
  error_detail TEXT,
  CHECK ((status = 2) = (boot_id IS NOT NULL)),
  CHECK ((status = 4) = (error_code IS NOT NULL)),
  CHECK ((crashes > 0) = (suspect_since IS NOT NULL))
) STRICT;

-- The list: newest first, by each filter that can be selective.
CREATE INDEX tasks_by_owner ON tasks (owner_id, created_at);
CREATE INDEX tasks_by_status ON tasks (owner_id, status, created_at);
CREATE INDEX tasks_by_scene ON tasks (owner_id, scene, created_at) WHERE scene IS NOT NULL;
CREATE INDEX tasks_with_note ON tasks (owner_id, created_at) WHERE note <> '';
-- The queue: tasks that may run beside others, and those that took a process down.
CREATE INDEX tasks_queued ON tasks (owner_id, queued_at) WHERE status = 1 AND crashes = 0;
CREATE INDEX tasks_suspect ON tasks (suspect_since) WHERE status = 1 AND crashes > 0;
CREATE INDEX tasks_running ON tasks (crashes) WHERE status = 2;
-- Averages of what was done lately.
CREATE INDEX tasks_done ON tasks (finished_at) WHERE status = 3;

CREATE TABLE task_inputs (
  task_id INTEGER NOT NULL REFERENCES tasks ON DELETE CASCADE,
  position INTEGER NOT NULL CHECK (position >= 0),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  size INTEGER NOT NULL CHECK (size >= 0),
  content_type TEXT NOT NULL,
  width INTEGER NOT NULL,                     -- upright pixels
  height INTEGER NOT NULL,
  file_name TEXT NOT NULL DEFAULT '',         -- the client's word, for display only
  PRIMARY KEY (task_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_inputs_by_sha256 ON task_inputs (sha256);

-- Every row that needs a blob to stay. A later kind of reference extends this view.
CREATE VIEW blob_references (sha256) AS SELECT sha256 FROM task_inputs;

CREATE TABLE results (
  task_id INTEGER PRIMARY KEY REFERENCES tasks ON DELETE CASCADE,
  attempt INTEGER NOT NULL,
  image_width INTEGER NOT NULL,
  image_height INTEGER NOT NULL,
  scenes TEXT NOT NULL,                       -- JSON: [["office", 0.91], ...]
  candidates TEXT NOT NULL                    -- JSON: [["cube", p, x, y, width, height, rotation], ...]
) STRICT;

-- Which classes a done task found at or above its threshold; for the list's filter.
CREATE TABLE task_classes (
  owner_id INTEGER NOT NULL,
  class TEXT NOT NULL,
  created_at INTEGER NOT NULL,                -- of the task
  task_id INTEGER NOT NULL REFERENCES tasks ON DELETE CASCADE,
  scene TEXT,                                 -- of the task: both filters at once need no look-up
  PRIMARY KEY (owner_id, class, created_at, task_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_classes_by_task ON task_classes (task_id);

CREATE TABLE idempotency_keys (
  owner_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
  key TEXT NOT NULL,
  fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
  task_ids TEXT NOT NULL,                     -- JSON: [12, 13]
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (owner_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);
