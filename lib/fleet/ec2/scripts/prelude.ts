/** What every script begins with: where things are, how to speak to the service, and that only one script works at a time. */

/** The data volume's mount point: the service's data, its configuration, its certificate and the administrator's secret, which never leaves it. */
export const base = '/var/lib/latchkey';
export const unit = 'latchkey-valkey';

/** Exit codes, chosen beside those that shells use themselves. A script's last line of output says why in words. */
export const codes = {
  /** The service did not save; it is up. */
  saveFailed: 10,
  /** The service does not run, so there is nothing to stop. */
  notRunning: 11,
  /** Another script works on the server. */
  busy: 12,
  /** The server was never set up, and will not be. */
  setUpFailed: 13,
  startFailed: 14,
  /** Not yet: the set-up, a load or a copy is underway. */
  notYet: 15,
  stopFailed: 16,
  transferFailed: 17,
  damaged: 18,
  running: 19,
  /** What was asked of the server was asked before its last boot. */
  bootedSince: 20,
} as const;

export const prelude = `#!/bin/sh
set -u
base="\${LATCHKEY_BASE:-${base}}"
unit=${unit}
end() { echo "$2"; exit "$1"; }
if [ ! -e "$base/ready" ]; then
  case "$(cloud-init status 2>/dev/null)" in
    *error*|*done*|*disabled*) end ${codes.setUpFailed} 'The server was not set up: see /var/log/cloud-init-output.log on it.' ;;
    *) end ${codes.notYet} 'The server is being set up.' ;;
  esac
fi
exec 9>"$base/lock"
flock -w 10 9 || end ${codes.busy} 'Another command works on the server.'
secret="$(cat "$base/admin")"
ask() { VALKEYCLI_AUTH="$secret" REDISCLI_AUTH="$secret" valkey-cli -s "$base/valkey.sock" --user latchkey --no-auth-warning "$@" 2>&1; }
told() { ask INFO "$1" | tr -d '\\r' | sed -n "s/^$2://p"; }
runs() { systemctl is-active --quiet "$unit"; }
`;
