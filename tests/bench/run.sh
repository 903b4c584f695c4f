#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD_DIRECTORY: prints pictures a second over HTTP beside the bare loop, from one run.
set -eu
build=$(realpath "$1")
cd "$(dirname "$0")/../.."
exec "$build/tests/bench/geond_bench" "$build/geond" "$PWD/models"
