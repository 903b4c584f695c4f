#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/docs/run.sh GEOND: follows the documents with a real server, after the runner's own tests.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
node --test "$here"/*.test.mjs >/dev/null || { node --test "$here"/*.test.mjs; exit 1; }
exec node "$here/run.mjs" "$1"
