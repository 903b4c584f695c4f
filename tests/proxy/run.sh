#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/proxy/run.sh GEOND: geond behind nginx and Caddy.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec node "$here/run.mjs" "$1"
