#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BINARY: the suites that start the real program and talk to it over HTTP.
set -eu
GEOND_BINARY=$(realpath "$1")
cd "$(dirname "$0")"
export GEOND_BINARY
../support/modules .
exec node --test --test-concurrency=1 --test-reporter=spec *.test.mjs
