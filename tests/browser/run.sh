#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BINARY: tests of the page in Chromium against the real server. Screenshots: artefacts/.
set -eu
GEOND_BINARY=$(realpath "$1")
export GEOND_BINARY
cd "$(dirname "$0")"
command -v node >/dev/null 2>&1 || { echo "The browser tests need Node.js (make deps)." >&2; exit 1; }
[ -x "${GEOND_CHROMIUM:-/usr/bin/chromium}" ] || { echo "The browser tests need Chromium (make deps)." >&2; exit 1; }
if [ ! -d node_modules/playwright-core ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --no-audit --no-fund --loglevel=error
fi
rm -rf artefacts
mkdir -p artefacts
exec node --test --test-concurrency=1 --test-timeout=1800000 --test-reporter=./support/reporter.mjs ./*.test.mjs
