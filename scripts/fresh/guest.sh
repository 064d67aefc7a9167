#!/usr/bin/env bash
# guest.sh ROOT [TESTS]: the README's two commands in hard surroundings. Its user has no root and no sudo, a home that cannot be written to,
# umask 077, and a checkout in a folder with a blank. First what must be refused, with the message that helps.
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
  ./inside.sh "$root" setpriv --reuid "$user" --regid "$user" --init-groups env HOME="/home/$user" USER="$user" CHECKOUT="$folder" \
    sh -c 'umask 077 && cd "$CHECKOUT" && exec "$@"' sh "$@"
}

# refused PATTERN COMMAND…: fails, saying this, with nothing started or installed. Prints what it said.
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

echo '── Without the right to install, all that is missing is named at once'
said=$(refused 'sudo apt-get install .*redis-server' make test)
echo "$said"
packages=$(sed -nE 's/^ *sudo apt-get install //p' <<<"$said")
. ./host.sh
# shellcheck disable=SC2086
wanted() { ./inside.sh "$root" sh -c 'export DEBIAN_FRONTEND=noninteractive; apt-get update -qq && RUNLEVEL=1 apt-get install -qq --no-install-recommends "$@" >/dev/null' sh $packages; }
retry "apt-get install $packages" wanted

echo '── With the 64 MB of a container, memory is asked for'
SHM=64m refused 'shm-size' make test

as_guest /srv/newcomer.sh "$tests"
