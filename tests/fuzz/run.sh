#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD_DIRECTORY: runs every harness for SECONDS seconds (20) from its seeds. What is found
# is left in BUILD_DIRECTORY/findings; exit status 1 if there is anything.
set -eu
build=$(realpath "$1")
cd "$(dirname "$0")"
seconds=${SECONDS_EACH:-20}
failed=0
for harness in "$build"/tests/fuzz/fuzz_*; do
  name=$(basename "$harness" | sed 's/^fuzz_//')
  mkdir -p "$build/corpus/$name" "$build/findings"
  seeds=""
  [ -d "corpus/$name" ] && seeds="corpus/$name"
  echo "== $name"
  # shellcheck disable=SC2086 # no seeds is no argument
  "$harness" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 -print_final_stats=1 \
    -artifact_prefix="$build/findings/$name-" "$build/corpus/$name" $seeds >"$build/$name.log" 2>&1 ||
    { failed=$((failed + 1)); tail -n 30 "$build/$name.log"; }
  grep -E 'number_of_executed_units' "$build/$name.log" || true
done
echo "$failed harnesses found something"
[ "$failed" = 0 ]
