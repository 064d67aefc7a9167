#!/usr/bin/env bash
# guest.sh ROOT [TESTS]: the README's two commands in a restricted environment. Its user has neither root nor sudo, a
# read-only home directory, umask 077, and a checkout in a folder with a space in its name. First come the commands that
# must be refused, with a helpful message.
set -euo pipefail
cd "$(dirname "$0")"

root=$1
tests=${2:-}
user=newcomer
folder='/srv/a folder/latchkey'

./inside.sh "$root" useradd --create-home --shell /bin/bash "$user"
mkdir -p "$root/${folder%/*}"
mv "$root/srv/latchkey" "$root$folder"
./inside.sh "$root" chown -R "$user:$user" "${folder%/*}"
if [ -e "$root/root/.npmrc" ]; then cp "$root/root/.npmrc" "$root/home/$user/.npmrc"; fi
./inside.sh "$root" sh -c "chown -R root:$user /home/$user && chmod -R g-w,o-rwx /home/$user"

# as_guest COMMAND…: in the checkout.
as_guest() {
  ./inside.sh "$root" setpriv --reuid "$user" --regid "$user" --init-groups \
    env HOME="/home/$user" USER="$user" CHECKOUT="$folder" \
    sh -c 'umask 077 && cd "$CHECKOUT" && exec "$@"' sh "$@"
}

# refused PATTERN COMMAND…: the command must fail with a message that matches, before anything is started or
# installed. Prints the message.
refused() {
  local pattern=$1 said
  shift
  if said=$(as_guest "$@" 2>&1); then
    printf 'Was not refused: %s\n%s\n' "$*" "$said" >&2
    return 1
  fi
  if ! grep -qE "$pattern" <<<"$said" || [ -e "$root$folder/node_modules" ]; then
    printf 'Was not refused by "%s" before anything started: %s\n%s\n' "$pattern" "$*" "$said" >&2
    return 1
  fi
  echo "$said"
}

echo '── Without the permission to install, one message lists all missing programs'
said=$(refused 'sudo apt-get install .*redis-server' make test)
echo "$said"
packages=$(sed -nE 's/^ *sudo apt-get install //p' <<<"$said")
. ./host.sh
# shellcheck disable=SC2086
wanted() {
  ./inside.sh "$root" sh -c 'export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && RUNLEVEL=1 apt-get install -qq --no-install-recommends "$@" >/dev/null' sh $packages
}
retry "apt-get install $packages" wanted

echo '── With the 64 MB of a container, set-up asks for more memory'
SHM=64m refused 'shm-size' make test

as_guest /srv/newcomer.sh "$tests"
