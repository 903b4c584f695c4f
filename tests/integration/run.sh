#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BINARY: the suites that start the real program and talk to it over HTTP. They run in twos, since they
# wait more than they compute; alone run those that judge how fast or how large the program is.
set -eu
GEOND_BINARY=$(realpath "$1")
cd "$(dirname "$0")"
export GEOND_BINARY
../support/modules .

alone="costs durability endurance stop"
in_twos=$(for file in *.test.mjs; do
  case " $alone " in *" ${file%.test.mjs} "*) ;; *) echo "$file" ;; esac
done)
failed=0
# shellcheck disable=SC2086 # one word a file is meant
node --test --test-concurrency=2 --test-reporter=spec $in_twos || failed=1
# shellcheck disable=SC2046
node --test --test-concurrency=1 --test-reporter=spec $(printf '%s.test.mjs ' $alone) || failed=1
exit $failed
