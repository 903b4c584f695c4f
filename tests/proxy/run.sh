#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/proxy/run.sh GEOND: geond behind nginx, and its metrics against the dashboard and the alarms.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
node "$here/run.mjs" "$1"
node "$here/../packaging/monitoring.mjs" "$1"
