#!/usr/bin/env bash
# inside.sh ROOT COMMAND…: runs a command in the system under ROOT, with mounts and processes that end with it.
#   SHM=64m   the size of its /dev/shm
set -euo pipefail

root=$1
shift
if [ "${INSIDE:-}" != yes ]; then
  INSIDE=yes unshare --mount --pid --fork --kill-child "$0" "$root" "$@" &
  # Killing unshare ends the namespace; unshare itself ignores the signals of a terminal.
  trap 'kill -KILL $! 2>/dev/null || true' EXIT
  trap 'exit 130' INT TERM HUP
  wait $!
  exit
fi

mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
for number in 0 1 2; do ln -s "fd/$number" "$root/dev/$(sed -n "$((number + 1))p" <<<$'stdin\nstdout\nstderr')"; done
mount -t tmpfs -o "mode=1777,nosuid,nodev,size=${SHM:-50%}" tmpfs "$root/dev/shm"

. "$(dirname "$0")/host.sh"
mapfile -t variables < <(environment "$root")
# Not exec: the first process of the namespace reaps orphaned children.
chroot "$root" env -i "${variables[@]}" HOME=/root "$@" </dev/null
