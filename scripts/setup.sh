#!/usr/bin/env bash
# Prepares a checkout: installs the programs that the machine lacks, then the npm dependencies with Node 24.
# Prints nothing when there is nothing to do.
#   setup.sh databases   for the demo: Node, npm and a Redis or Valkey server
#   setup.sh tour        the same, and the tools of the README's tour where they can be installed
#   setup.sh console    the same as tour, and a browser, for the tests of the web console
#   setup.sh tests       the same, and the tools are required
set -euo pipefail
cd "$(dirname "$0")/.."

needs=${1:-databases}
tries=${SETUP_TRIES:-3}
[ "$(id -u)" = 0 ] && sudo='' || sudo='sudo '

say() { echo "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

# retry NAME COMMAND…: up to three attempts, since network requests fail occasionally.
retry() {
  local what=$1 try
  shift
  for ((try = 1; try <= tries; try++)); do
    if "$@"; then return; fi
    [ "$try" = "$tries" ] || say "$what failed, try $try of $tries. Again …"
    sleep $((try == tries ? 0 : try * ${SETUP_PAUSE:-3}))
  done
  say "$what failed $tries times; the last error is above."
  return 1
}

has() { command -v "$1" >/dev/null; }
major_in() { sed -nE "1s/$1/\1/p"; }
has_node() { has node && [ "$(node --version | major_in 'v([0-9]+)\..*')" -ge 20 ]; }
has_chromium() { [ -x "${CHROMIUM:-}" ] || has chromium || has chromium-browser || has google-chrome; }
has_valkey() { has valkey-server; }
has_redis() { has redis-server && [ "$(redis-server --version | major_in '.*v=([0-9]+)\..*')" -ge 7 ]; }

# Fills `missing` with lines "program|apt package|brew package", and `tools` with those that only the tests and the tour
# need.
find_missing() {
  missing='' tools=''
  has_valkey || has_redis || missing='redis-server 7 or later, or valkey-server|redis-server|redis'
  has curl || tools+=$'curl|curl|curl\n'
  has jq || tools+=$'jq|jq|jq\n'
  has envsubst || tools+=$'envsubst|gettext-base|gettext\n'
  [ "$needs" != console ] || has_chromium || missing+=${missing:+$'\n'}'Chromium|chromium|--cask chromium'
  has aws || tools+=$'aws, the AWS CLI|awscli|awscli\n'
}

# column N LINES: the Nth field of each line.
column() { sed '/^$/d' <<<"$2" | cut -d'|' -f"$1"; }
# packages N LINES: the same in one line.
packages() { column "$1" "$2" | paste -sd' ' -; }

apt_may() { has apt-get && { [ "$(id -u)" = 0 ] || { has sudo && sudo -n true 2>/dev/null; }; }; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
apt() { as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -qq "$@" >/dev/null; }
# Debian's Redis package starts a server as a service; RUNLEVEL=1 prevents that.
apt_install() { apt update && apt install -y --no-install-recommends "$@"; }

installed=''
remover=''
# install LINES: with apt-get or brew; false where neither is available, or without the permission to use it.
install() {
  local names
  if apt_may; then
    names=$(packages 2 "$1")
    remover="${sudo}apt-get purge --autoremove"
    say "Installing $names …"
    # shellcheck disable=SC2086
    retry "apt-get install $names" apt_install $names || return 1
  elif has brew; then
    names=$(packages 3 "$1")
    remover='brew uninstall'
    say "Installing $names …"
    # shellcheck disable=SC2086
    retry "brew install $names" brew install --quiet $names || return 1
  else
    return 1
  fi
  installed=$names
}

how_to_install() {
  if has apt-get; then
    echo "${sudo}apt-get install $(packages 2 "$1")"
  elif has brew; then
    echo "brew install $(packages 3 "$1")"
  else
    echo "the packages of your system; Debian calls them $(packages 2 "$1")"
  fi
}

# Lists all missing programs in one message, also those that only other commands need, so that one installation
# suffices.
refuse() {
  local lacking="$missing"$'\n'"$tools"
  say 'This machine lacks:'
  if [ -n "$node_fault" ]; then say "  $node_fault"; fi
  column 1 "$lacking" | sed 's/^/  /' >&2
  if [ -n "$missing$tools" ]; then
    say 'Install these packages, and repeat the command:'
    say "  $(how_to_install "$lacking")"
  fi
  exit 1
}

node_fault() {
  if ! has node; then
    echo 'Node 20 or later, with npm (https://nodejs.org; Debian 13 has the packages nodejs and npm)'
  elif ! has_node; then
    echo "Node 20 or later (https://nodejs.org); this is $(node --version)"
  elif ! has npm; then
    echo 'npm, which comes with Node (https://nodejs.org); Debian has a package npm'
  fi
}

check_programs() {
  local wanted
  node_fault=$(node_fault)
  find_missing
  if [ -n "$node_fault" ]; then refuse; fi
  wanted=$missing
  if [ "$needs" != databases ]; then wanted+=$'\n'$tools; fi
  if [ -z "$(column 1 "$wanted")" ]; then return; fi
  install "$wanted" || true
  hash -r
  find_missing
  if [ -n "$missing" ] || { [ "$needs" = tests ] && [ -n "$tools" ]; }; then refuse; fi
  if [ "$needs" = tour ] && [ -n "$tools" ]; then
    say "The tour in README.md also needs: $(packages 1 "$tools"). $(how_to_install "$tools")"
  fi
}

# Databases keep their plaintext in memory-backed storage. A container has 64 MB of it by default.
check_memory() {
  local place=/dev/shm least=$least_memory_mb free
  if [ "$(uname -s)" != Linux ]; then return; fi
  # The tests use folders of their own, so that they can run concurrently.
  if [ "$needs" != tests ]; then place=${FLEET_MEMORY_DIR:-$place}; fi
  free=$(df -Pk "$place" 2>/dev/null | awk 'NR == 2 { print int($4 / 1024) }') || free=
  if [ -z "$free" ]; then fail "Databases need memory-backed storage, but there is no $place. Mount a tmpfs there."; fi
  if [ "$free" -ge "$least" ]; then return; fi
  say "Databases need $least MB of memory-backed storage, and $place has $free MB free."
  say 'A container has 64 MB by default. Increase it, and repeat the command:'
  say "  docker run --shm-size=1g …        or, as root: mount -o remount,size=1g $place"
  exit 1
}

# npm needs a writable cache; a read-only home directory has none.
use_writable_cache() {
  local cache
  cache=$(npm config get cache)
  if mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ]; then return; fi
  npm_config_cache=$(mktemp -d)
  export npm_config_cache
  trap 'rm -rf "$npm_config_cache"' EXIT
}

# Ensures that Node 24 runs, linked where npm scripts look for it; otherwise fails with the cause.
check_node_24() {
  local own=${modules_path%%:*}/node found
  if [ -e "$own" ] && found=$("$own" --version 2>&1) && [[ "$found" == v24.* ]]; then
    if [ ! -x node_modules/.bin/node ]; then ln -sfn "../${own#*/node_modules/}" node_modules/.bin/node; fi
  elif [[ "$(PATH=$machine_path node --version)" =~ ^v(2[4-9]|[3-9][0-9])\. ]]; then
    # The packaged Node does not run here (for example with another C library), but the machine's own Node is recent
    # enough.
    rm -rf node_modules/.bin/node "$(dirname "${own%/node}")"
  elif [ -e "$own" ]; then
    fail "The packaged Node 24 does not run here. $own says: ${found:-nothing}. Install Node 24 (https://nodejs.org)."
  else
    fail "npm did not install Node 24, an optional dependency for $(uname -sm). Is 'optional' or 'omit' set in a .npmrc?
Otherwise install Node 24 (https://nodejs.org)."
  fi
}

install_dependencies() {
  if [ -e node_modules/.installed ] && [ ! package-lock.json -nt node_modules/.installed ]; then return; fi
  say 'Installing the dependencies and Node 24 into node_modules …'
  use_writable_cache
  retry 'npm ci' npm ci --no-audit --no-fund --loglevel=error >&2 || exit 1
  check_node_24
  touch node_modules/.installed
  dependencies=1
}

# Prints what was installed, and how to remove it.
report_installed() {
  local what='' undo=''
  if [ "$dependencies" = 1 ]; then
    what="the dependencies and Node $(PATH="$modules_path:$PATH" node --version) in node_modules"
    undo='rm -rf node_modules .latchkey'
  fi
  if [ -n "$installed" ]; then
    what+="${what:+; }by $(sed -E 's/^sudo //; s/ .*//' <<<"$remover"): $installed"
    undo+="${undo:+; }$remover $installed"
  fi
  if [ -n "$what" ]; then
    say "Installed: $what."
    say "To remove it: $undo"
  fi
}

# Enough for the tests, which run three files at once.
least_memory_mb=256
dependencies=0
modules_path=$(scripts/node-path.sh)
# The machine's own programs: make puts those of node_modules first.
machine_path=$(tr : '\n' <<<"$PATH" | grep -v '/node_modules/' | paste -sd:)
case "$needs" in
  databases | tour | tests | console) ;;
  *) fail 'setup.sh databases | tour | tests | console' ;;
esac
check_memory
check_programs
install_dependencies
report_installed
