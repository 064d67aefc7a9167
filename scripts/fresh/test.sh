#!/usr/bin/env bash
# Runs the README's two commands as a newcomer would, on a minimal Debian with only Node, npm, make and git. Tests the
# last commit. Needs root, for debootstrap and chroot.
#   DEBIAN=trixie          as root, with Debian's own Node 20 and npm 9.2
#   DEBIAN=bookworm        with Node 22, in a restricted environment: see guest.sh
#   SERVER=valkey-server   this server instead of the one that set-up installs
#   TESTS='test/unit …'    these tests instead of the two commands
set -euo pipefail
cd "$(dirname "$0")"
. ./host.sh

fail() {
  echo "$1" >&2
  exit 69
}

suite=${DEBIAN:-trixie}
case "$suite" in trixie | bookworm) ;; *) fail "DEBIAN is trixie or bookworm, not $suite." ;; esac
if [ "$(uname -s)" != Linux ]; then fail 'make test-fresh needs Linux: it builds a Debian.'; fi
if [ "$(id -u)" != 0 ]; then
  fail 'make test-fresh needs root: it builds a Debian with debootstrap and chroot. Try: sudo make test-fresh'
fi
if ! command -v debootstrap >/dev/null; then
  if ! command -v apt-get >/dev/null; then
    fail 'make test-fresh needs debootstrap. Install it with the package manager of your system.'
  fi
  debootstrap_package() {
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
      apt-get install -qq --no-install-recommends debootstrap debian-archive-keyring >/dev/null
  }
  echo 'Installing debootstrap …'
  retry 'apt-get install debootstrap' debootstrap_package || fail 'make test-fresh needs debootstrap.'
fi

checkout=$(cd ../.. && pwd)
# The checkout may belong to another user than root. A setting of the command line does not reach the other end of a
# clone; a file does.
git_config=$(mktemp)
trap 'rm -f "$git_config"' EXIT
printf '[safe]\n\tdirectory = *\n[advice]\n\tdetachedHead = false\n' >"$git_config"
git_here() { GIT_CONFIG_GLOBAL=$git_config git "$@"; }
if [ -n "$(git_here -C "$checkout" status --porcelain)" ]; then
  echo 'Tests the last commit, without uncommitted changes.'
fi

archive=$(./base.sh "$suite") || exit 1
root=$(mktemp -d "${TMPDIR:-/tmp}/latchkey-fresh.XXXXXX")
chmod 755 "$root"
trap 'rm -rf --one-file-system "$root" "$git_config"' EXIT
tar -C "$root" -xf "$archive"
take_apt "$root" "$suite"
take_network "$root"
take_npm "$root/root"
git_here clone --quiet --no-hardlinks "$checkout" "$root/srv/latchkey"
cp newcomer.sh guest.sh "$root/srv/"

if [ -n "${SERVER:-}" ]; then
  server() {
    ./inside.sh "$root" sh -c "apt-get update -qq &&
      RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $SERVER >/dev/null"
  }
  retry "apt-get install $SERVER" server
fi
export SHM=${SHM:-}
case "$suite" in
  trixie) ./inside.sh "$root" /srv/newcomer.sh "${TESTS:-}" ;;
  bookworm) ./guest.sh "$root" "${TESTS:-}" ;;
esac
