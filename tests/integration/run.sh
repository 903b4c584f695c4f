#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BINARY: the suites that start the real program and talk to it over HTTP.
set -eu
GEOND_BINARY=$(realpath "$1")
cd "$(dirname "$0")"
export GEOND_BINARY
command -v node >/dev/null 2>&1 || { echo "The integration tests need Node.js (make deps)." >&2; exit 1; }
exec node --test --test-concurrency=1 --test-reporter=spec *.test.mjs
