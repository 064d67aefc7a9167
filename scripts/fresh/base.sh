#!/usr/bin/env bash
# base.sh SUITE: prints the path of an archive of a minimal Debian with Node, npm, make and git. It is built once a week
# and kept in the user's cache. trixie has Debian's own nodejs 20 and npm 9.2; bookworm's nodejs is too old, so it has
# Node 22 and npm 10 from the npm registry.
set -euo pipefail
cd "$(dirname "$0")"
. ./host.sh

suite=$1
version=$(cat base.sh host.sh inside.sh | sha256sum | cut -c1-12)
cache="${XDG_CACHE_HOME:-$HOME/.cache}/latchkey/fresh"
archive="$cache/$suite-$version.tar"
if [ -n "$(find "$archive" -mtime -7 2>/dev/null)" ]; then
  echo "$archive"
  exit
fi

mkdir -p "$cache"
root=$(mktemp -d "${TMPDIR:-/tmp}/latchkey-base.XXXXXX")
chmod 755 "$root"
trap 'rm -rf --one-file-system "$root" "$archive.$$"' EXIT

proxy=$(apt-config shell proxy Acquire::http::Proxy 2>/dev/null | sed -n "s/^proxy='\(.*\)'$/\1/p" || true)
if [ -n "$proxy" ]; then export http_proxy="$proxy"; fi
mirror=$(repositories "$suite" | sed -n "s/ $suite$//p" | head -n 1)

bootstrap() {
  find "$root" -mindepth 1 -delete
  if ! debootstrap --variant=minbase "$suite" "$root" ${mirror:+"$mirror"} >"$root.log" 2>&1; then
    tail -n 5 "$root.log" >&2
    return 1
  fi
}
echo "Building a minimal Debian ($suite) from ${mirror:-the mirror that debootstrap chooses}" >&2
retry "debootstrap $suite" bootstrap
rm -f "$root.log"
# The machine exists for minutes only, so dpkg does not have to wait for the disk.
echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/unsafe-io"
take_apt "$root" "$suite"
take_network "$root"
take_npm "$root/root"

packages() {
  ./inside.sh "$root" sh -c 'export DEBIAN_FRONTEND=noninteractive; apt-get update -qq &&
    apt-get install -qq --no-install-recommends nodejs npm make git >/dev/null && update-ca-certificates >/dev/null'
}
retry 'apt-get install nodejs npm make git' packages

if [ "$suite" = bookworm ]; then
  node_22() { ./inside.sh "$root" npm install --global --silent "node-linux-$(node -p process.arch)@22" npm@10; }
  retry 'npm install --global node@22' node_22
fi

# The cached archive contains no credentials: each run copies its own.
rm -rf "$root"/root/.npmrc "$root"/root/.npm "$root"/etc/apt/auth.conf* "$root"/var/cache/apt/archives/*.deb \
  "$root"/var/lib/apt/lists/*
tar -C "$root" -cf "$archive.$$" .
find "$cache" -name "$suite-*.tar" -delete
mv "$archive.$$" "$archive"
echo "$archive"
