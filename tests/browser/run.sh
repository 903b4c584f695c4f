#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BINARY: tests of the page in Chromium against the real server. Screenshots: artefacts/.
set -eu
GEOND_BINARY=$(realpath "$1")
export GEOND_BINARY
cd "$(dirname "$0")"
[ -x "${GEOND_CHROMIUM:-/usr/bin/chromium}" ] || { echo "The browser tests need Chromium (make deps)." >&2; exit 1; }
../support/modules .
rm -rf artefacts
mkdir -p artefacts
exec node --test --test-concurrency=1 --test-timeout=1800000 --test-reporter=./support/reporter.mjs ./*.test.mjs
