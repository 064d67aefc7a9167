/**
 * What every script begins with: where things are, how to speak to the service, and that only one script works at a
 * time.
 */

/**
 * The data volume's mount point. Root owns it, so that no file that a script opens here can be a link which the
 * service's user planted. The service writes in `data` and `acl` only; scripts reach those folders as its user.
 */
export const base = '/var/lib/latchkey';
export const unit = 'latchkey-valkey';

/** Exit codes, chosen beside those that shells use themselves. A script's last line of output says why in words. */
export const codes = {
  /** The service did not save and left no append-only file; it is up, and no client reaches it. */
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
  upgradeFailed: 21,
} as const;

/**
 * Speaks to the service as its administrator, for five seconds at most: a script of a client may keep it from
 * answering.
 */
const speech = `secret="$(cat "$base/admin")"
ask() { ask_for 5 "$@"; }
ask_for() {
  seconds="$1"
  shift
  VALKEYCLI_AUTH="$secret" REDISCLI_AUTH="$secret" timeout "$seconds" \\
    valkey-cli -s "$base/data/valkey.sock" --user latchkey --no-auth-warning "$@" 2>&1 9>&-
}
told() { ask INFO "$1" | tr -d '\\r' | sed -n "s/^$2://p"; }
runs() { systemctl is-active --quiet "$unit"; }
# Whatever the service's user may have put into its folders is opened with no more rights than that user has.
as_valkey() { runuser -u valkey -- "$@" 9>&-; }
`;

const opening = `#!/bin/sh
set -u
base="\${LATCHKEY_BASE:-${base}}"
unit=${unit}
end() { echo "$2"; exit "$1"; }
`;

const setUpCheck = `if [ ! -e "$base/ready" ]; then
  case "$(cloud-init status 2>/dev/null)" in
    *error*|*done*|*disabled*) end ${codes.setUpFailed} 'The server was not set up: see /var/log/cloud-init-output.log on it.' ;;
    *) end ${codes.notYet} 'The server is being set up.' ;;
  esac
fi
`;

/** The lock file contains the kind of its holder. */
const lock = (holder: 'command' | 'stop', waits: number, ifTaken: string) => `exec 9>>"$base/lock"
flock -w ${waits} 9 || ${ifTaken}
echo ${holder} >"$base/lock"
`;

const giveUp = `end ${codes.busy} 'Another command works on the server.'`;

export const prelude = `${opening}${setUpCheck}${lock('command', 10, giveUp)}${speech}`;

/**
 * For scripts that nothing may hold up. Whichever script has the lock open is ended, unless it is a stop; all of them
 * may run twice. Each has the lock as its file 9, and so have the programs that it waits for.
 */
const takeOver = `take_over() {
  [ "$(cat "$base/lock")" != stop ] || ${giveUp}
  for open in /proc/[0-9]*/fd/9; do
    holder="\${open#/proc/}"
    holder="\${holder%%/*}"
    [ "$holder" = "$$" ] || [ ! "$open" -ef "$base/lock" ] || kill -KILL "$holder" 2>/dev/null
  done
  flock -w 5 9 || ${giveUp}
}
`;

export const urgentPrelude = `${opening}${setUpCheck}${takeOver}${lock('stop', 3, 'take_over')}${speech}`;
