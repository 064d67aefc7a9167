#!/usr/bin/env bash
# Sees to what a checkout needs from the machine. Says little when all is well, and what to do when it isn't.
#   setup.sh node    Node 20 or later, and npm
#   setup.sh redis   a valkey-server or redis-server, installed if it is missing
#   setup.sh aws     an AWS CLI, installed if it is missing
set -euo pipefail

fail() {
  echo "$1" >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_be_root() { [ "$(id -u)" = 0 ] || { command -v sudo && sudo -n true; } >/dev/null 2>&1; }

# install PACKAGE: by apt-get or brew; false where there is neither, or no right to.
install() {
  echo "Installing $1 …"
  if command -v apt-get >/dev/null && can_be_root; then
    as_root apt-get update -qq >/dev/null
    as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "$1" >/dev/null
  elif command -v brew >/dev/null; then
    brew install --quiet "${2:-$1}"
  else
    return 1
  fi
}

need_node() {
  command -v node >/dev/null || fail "Node is not installed. Install Node 20 or later (https://nodejs.org), with npm."
  command -v npm >/dev/null || fail "npm is not installed. It comes with Node (https://nodejs.org); on Debian it is the package 'npm'."
  node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' ||
    fail "Node $(node --version) is too old: Latchkey needs Node 20 or later (https://nodejs.org)."
}

has_redis() { command -v valkey-server >/dev/null || command -v redis-server >/dev/null; }

need_redis() {
  has_redis && return
  # Debian's package starts a server of its own as a service; Latchkey wants only the program.
  install redis-server redis || true
  has_redis || fail "Databases need redis-server 7 or later, or valkey-server, on PATH. Install it: 'sudo apt-get install redis-server', 'brew install redis'."
}

need_aws() {
  command -v aws >/dev/null && return
  install awscli || true
  command -v aws >/dev/null || fail "The AWS CLI is not installed. Install it: 'sudo apt-get install awscli', 'brew install awscli'."
}

case "${1:-}" in
  node) need_node ;;
  redis) need_redis ;;
  aws) need_aws ;;
  *) fail "setup.sh node | redis | aws" ;;
esac
