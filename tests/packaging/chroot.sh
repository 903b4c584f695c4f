# SPDX-License-Identifier: MIT
# For the tests of packages (sourced): a throw-away copy of a debootstrap tree, commands inside it, a
# server that is started and stopped, and a count of checks.
[ "$(id -u)" = 0 ] || { echo "This test needs root (chroot, mount)." >&2; exit 2; }
work=$(mktemp -d "${TMPDIR:-/tmp}/geond-package.XXXXXX")
root=$work/root
server="" passed=0 failed=0

check() {  # check "what" command...
  local what=$1
  shift
  if "$@" >"$work/check.log" 2>&1; then passed=$((passed + 1)); echo "ok    $what"
  else failed=$((failed + 1)); echo "FAIL  $what"; sed 's/^/      /' "$work/check.log" | tail -20; fi
}

make_copy() {
  mkdir "$root"
  cp -a "$1/." "$root/"
  # No service is started by a package in a chroot.
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 755 "$root/usr/sbin/policy-rc.d"
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  cp /etc/hosts "$root/etc/hosts"
}

# in_root COMMAND...: what runs a command in the tree, with /proc and the devices that programs expect. It
# becomes that command (exec all the way), so that a signal to the process in the background reaches it.
in_root=(unshare --mount --propagation private -- /bin/sh -c '
  root=$1; shift
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive HOME=/root chroot "$root" "$@"' sh "$root")

inside() { "${in_root[@]}" "$@"; }

await_ready() {
  local attempt
  for attempt in $(seq 150); do
    curl -fsS "$1/readyz" >/dev/null 2>&1 && return 0
    kill -0 "$server" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

stop_server() {
  local status=0
  kill -TERM "$server"
  wait "$server" || status=$?
  server=""
  return $status
}

sign_in() {
  token=$(curl -fsS -H 'Content-Type: application/json' -d '{"username":"admin","password":"correct horse battery"}' \
    "$1/api/v1/auth/login" | sed 's/.*"access_token": *"\([^"]*\)".*/\1/')
}
api() { curl -fsS -H "Authorization: Bearer $token" "$@"; }

# hand_in URL PHOTO: sets $task; fails unless the task is done within 30 s.
hand_in() {
  api -H 'Prefer: wait=30' --data-binary @"$2" "$1/api/v1/tasks" >"$work/task" || return 1
  task=$(grep -o '"id": *[0-9]*' "$work/task" | head -1 | grep -o '[0-9]*')
  grep -q '"status": *"done"' "$work/task" || { cat "$work/task"; return 1; }
}

clean_up() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  # GEOND_KEEP_TREE=1: to look around in it afterwards.
  if [ -n "${GEOND_KEEP_TREE:-}" ]; then echo "kept: $root" >&2; else rm -rf --one-file-system "$work"; fi
}
trap clean_up EXIT

finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ]
}
