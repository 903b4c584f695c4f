#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/packaging/run.sh GEOND: what goes into the packages beside the program, as far as that can be
# judged without installing anything. What judges it (promtool, systemd-analyze, groff) is skipped, and
# said so, where it is not installed; under GEOND_NO_SKIPS, which .ci/run sets, that is a failure. The packages themselves: deb, tarball, first-hour (as root).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
geond=$(realpath "$1")
packaging=$here/../../packaging
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

judge() {  # judge TOOL "what" COMMAND...
  tool=$1 what=$2
  shift 2
  if ! command -v "$tool" >/dev/null; then
    echo "SKIP  $what ($tool is not installed)"
    [ -z "${GEOND_NO_SKIPS:-}" ] || failed=1
  elif "$@" >"$work/said" 2>&1; then
    echo "ok    $what"
  else
    echo "FAIL  $what"
    sed 's/^/      /' "$work/said"
    failed=1
  fi
}

# The unit as it is installed, with this program in it.
sed "s|@GEOND_BIN_DIR@/geond|$geond|; s|@GEOND_ETC_DIR@|/etc/geond|; s|@GEOND_DOC_DIR@|/usr/share/doc/geond|" \
  "$packaging/systemd/geond.service.in" >"$work/geond.service"
cp "$packaging/systemd/geond.socket" "$work"
no_complaint() { "$@" >"$work/complaints" 2>&1 && ! grep -v '^$' "$work/complaints"; }
unit_is_sound() {
  systemd-analyze verify --man=no "$work/geond.service" >"$work/complaints" 2>&1 || true
  ! grep -E "geond\.(service|socket)" "$work/complaints"
}
manual_is_sound() { "$geond" man >"$work/geond.1" && no_complaint groff -man -Tutf8 -ww -z "$work/geond.1"; }
configuration_is_read() { "$geond" serve --config "$packaging/geond.conf" --print-config; }

# Its clean-up over copies whose days are long past, but for one.
nightly_cleans_up() {
  copies=$work/copies
  mkdir "$copies"
  for day in 01 02 03 04 05 06 07 08 09; do
    mkdir "$copies/2026-01-${day}T0330" && echo whole >"$copies/2026-01-${day}T0330/geond.db"
  done
  mkdir "$copies/2026-01-02T0330-before-upgrade" "$copies/2026-01-03T0331.partial" "$copies/mine.partial"
  for old in "$copies"/*; do touch -d "40 days ago" "$old"; done
  mkdir "$copies/2026-01-04T0331.partial"
  sed -n "s|^ExecStart=/bin/sh -c '\(cd /var/backups/geond .*\)'$|\1|p" "$packaging/systemd/geond-backup.service.in" |
    sed "s|/var/backups/geond|$copies|; s|%%|%|g" >"$work/clean-up"
  [ "$(wc -l <"$work/clean-up")" = 2 ] && sh -e "$work/clean-up" || return 1
  ls "$copies" | tr '\n' ' ' >"$work/left"
  # Seven whole ones, what has another name, and what may be under way.
  echo "2026-01-02T0330-before-upgrade 2026-01-03T0330 2026-01-04T0330 2026-01-04T0331.partial 2026-01-05T0330" \
    "2026-01-06T0330 2026-01-07T0330 2026-01-08T0330 2026-01-09T0330 mine.partial " | tr -d '\n' | diff - "$work/left"
}

judge promtool "the alarms are rules that Prometheus loads" promtool check rules "$packaging/monitoring/geond.rules.yml"
judge promtool "the alarms ring when they must, and only then" promtool test rules "$here/rules.test.yml"
judge systemd-analyze "systemd reads the unit and the socket" unit_is_sound
judge systemd-analyze "the unit's exposure is below 2.0" systemd-analyze security --offline=true --threshold=19 "$work/geond.service"
judge groff "the manual page is sound" manual_is_sound
judge sh "the nightly unit removes old copies of its own, and those cut off" nightly_cleans_up
judge "$geond" "geond reads the configuration file that is installed" configuration_is_read
"$here/../support/modules" "$here"
node "$here/dashboard.mjs" || failed=1
node "$here/monitoring.mjs" "$geond" || failed=1
node "$here/sbom.mjs" "$geond" || failed=1
# As a packager installs it, if the program lies in its build folder.
build=$(dirname "$geond")
if [ -e "$build/cmake_install.cmake" ]; then
  DESTDIR=$work/installed cmake --install "$build" --prefix /usr --strip >"$work/said" || { cat "$work/said"; failed=1; }
  node "$here/installed.mjs" "$work/installed/usr" || failed=1
fi
exit $failed
