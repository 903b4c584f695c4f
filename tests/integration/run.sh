#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BINARY: the suites that start the real program and talk to it over HTTP.
set -eu
GEOND_BINARY=$(realpath "$1")
cd "$(dirname "$0")"
export GEOND_BINARY
command -v node >/dev/null 2>&1 || { echo "The integration tests need Node.js (make deps)." >&2; exit 1; }
if [ ! -d node_modules/ajv ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --no-audit --no-fund --loglevel=error
fi
exec node --test --test-concurrency=1 --test-reporter=spec *.test.mjs
