#!/usr/bin/env bash
# Runs in the fresh machine: the README's two commands, or some tests, in the checkout of this folder or of
# /srv/latchkey.
set -euo pipefail
cd "${CHECKOUT:-/srv/latchkey}"

step() {
  local began=$SECONDS
  printf '\n── %s\n' "$*"
  "$@"
  printf '── %s took %d s\n' "$*" "$((SECONDS - began))"
}

printf '%s, Node %s, npm %s, user %s, %s of /dev/shm\n' "$(. /etc/os-release && echo "$PRETTY_NAME")" \
  "$(node --version)" "$(npm --version)" "$(id -un)" "$(df -Ph /dev/shm | awk 'NR == 2 { print $2 }')"
if [ -n "${1:-}" ]; then
  scripts/setup.sh tests
  # shellcheck disable=SC2086
  step npm test --silent -- $1
else
  step make demo
  step make test
fi

# All started processes have ended, and their plaintext is wiped.
left=$(find /dev/shm -mindepth 1 -maxdepth 1)
if [ -n "$left" ]; then
  printf 'Left in memory:\n%s\n' "$left"
  exit 1
fi
