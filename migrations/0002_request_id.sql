-- SPDX-License-Identifier: MIT
-- The request that handed a task in, so that the log's lines about the task carry its id. Empty for
-- tasks that are older than this column.
ALTER TABLE tasks ADD COLUMN request_id TEXT NOT NULL DEFAULT '';
