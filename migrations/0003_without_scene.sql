-- SPDX-License-Identifier: MIT
-- The list of what was done without a scene being recognised.
CREATE INDEX tasks_without_scene ON tasks (owner_id, created_at)
  WHERE status = 3 AND scene IS NULL;
