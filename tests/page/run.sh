#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh: tests of the page's logic that needs no document, in Node.js: neither a server nor a browser is started.
set -eu
cd "$(dirname "$0")"
command -v node >/dev/null 2>&1 || { echo "The tests of the page's logic need Node.js (make deps)." >&2; exit 1; }
exec node --test --test-timeout=60000 --test-reporter=spec ./*.test.mjs
