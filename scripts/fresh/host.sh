#!/usr/bin/env bash
# Copies this machine's network settings to the fresh machine: apt's sources and options, npm's registry, proxies and
# certificates. To be sourced.

# retry NAME COMMAND…: up to three attempts, since network requests fail occasionally.
retry() {
  local what=$1 try
  shift
  for try in 1 2 3; do
    if "$@"; then return; fi
    echo "$what failed, try $try of 3." >&2
    sleep $((try * 2))
  done
  echo "$what failed three times. The last error is above." >&2
  return 1
}

# repositories SUITE: lines "URI suite" of this machine; empty on a system other than Debian, where debootstrap uses its
# default mirror.
repositories() {
  local id='' codename='' found=''
  if [ -e /etc/os-release ]; then
    id=$(. /etc/os-release && echo "$ID") codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  fi
  if [ "$id" = debian ]; then
    found=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
      sed -nE "s/ $codename(|-updates|-security) main$/ $1\1/p" | sort -u)
  fi
  echo "$found"
}

# take_apt ROOT SUITE: sources, options and credentials of apt.
take_apt() {
  local sources
  sources=$(repositories "$2")
  if [ -n "$sources" ]; then sed 's/^/deb /; s/$/ main/' <<<"$sources" >"$1/etc/apt/sources.list"; fi
  if command -v apt-config >/dev/null; then
    apt-config dump | grep -E '^Acquire::(https?::|Retries|Check-)' >"$1/etc/apt/apt.conf.d/90host" || true
  fi
  if [ -d /etc/apt/auth.conf.d ]; then cp -rp /etc/apt/auth.conf.d "$1/etc/apt/"; fi
  if [ -e /etc/apt/auth.conf ]; then cp -p /etc/apt/auth.conf "$1/etc/apt/"; fi
}

take_network() {
  cp --dereference /etc/resolv.conf /etc/hosts "$1/etc/"
  mkdir -p "$1/usr/local/share/ca-certificates" "$1/etc/ssl"
  find /usr/local/share/ca-certificates -name '*.crt' \
    -exec cp {} "$1/usr/local/share/ca-certificates/" \; 2>/dev/null || true
  # Node has its own certificates and reads more from a file.
  if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then cp "$NODE_EXTRA_CA_CERTS" "$1/etc/ssl/node-extra.crt"; fi
}

# take_npm HOME: registry, credentials, proxies and certificates of npm, for the user with this home directory.
take_npm() {
  local name value
  if [ -e ~/.npmrc ]; then cp ~/.npmrc "$1/.npmrc"; fi
  if ! command -v npm >/dev/null; then return; fi
  for name in registry proxy https-proxy noproxy strict-ssl; do
    value=$(npm config get "$name")
    case "$value" in '' | null | undefined) ;; *) echo "$name=$value" >>"$1/.npmrc" ;; esac
  done
  # Debian's file has this machine's own authorities, once they were copied.
  if [ "$(npm config get cafile)" != null ]; then echo 'cafile=/etc/ssl/certs/ca-certificates.crt' >>"$1/.npmrc"; fi
}

# environment ROOT: the environment variables of the fresh machine, one per line.
environment() {
  printf '%s\n' PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "TERM=${TERM:-dumb}"
  env | grep -iE '^(https?|no)_proxy=' || true
  if [ -e "$1/etc/ssl/node-extra.crt" ]; then echo NODE_EXTRA_CA_CERTS=/etc/ssl/node-extra.crt; fi
}
