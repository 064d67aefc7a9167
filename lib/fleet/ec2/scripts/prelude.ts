/**
 * The beginning of every script: paths, the client of the service, and a lock, so that one script runs at a time.
 */

/**
 * The data volume's mount point. Root owns it, so that no file that a script opens here can be a link which the
 * service's user planted. The service writes in `data` and `acl` only; scripts reach those folders as its user.
 */
export const base = '/var/lib/latchkey';
export const unit = 'latchkey-valkey';

/** Exit codes other than those of shells. The last line of a script's output is the reason as text. */
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
  /** The request is older than the last boot. */
  bootedSince: 20,
  upgradeFailed: 21,
} as const;

/**
 * `valkey` sends a command as the administrator, with a timeout of five seconds, since a client's script may block the
 * service. `info` prints a field of `INFO`. `as_valkey` opens files in the folders of the service's user with that
 * user's rights only.
 */
const client = `secret="$(cat "$base/admin")"
valkey() { valkey_within 5 "$@"; }
valkey_within() {
  seconds="$1"
  shift
  VALKEYCLI_AUTH="$secret" REDISCLI_AUTH="$secret" timeout "$seconds" \\
    valkey-cli -s "$base/data/valkey.sock" --user latchkey --no-auth-warning "$@" 2>&1 9>&-
}
info() { valkey INFO "$1" | tr -d '\\r' | sed -n "s/^$2://p"; }
runs() { systemctl is-active --quiet "$unit"; }
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
    *error*|*done*|*disabled*) end ${codes.setUpFailed} \
'The server was not set up: see /var/log/cloud-init-output.log on it.' ;;
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

/** For values that become part of a script. Throws for a text that does not match. */
export const matching =
  (pattern: RegExp, what: string) =>
  (text: string): string => {
    if (!pattern.test(text)) throw new Error(`This is no ${what}, so it's put in no script.`);
    return text;
  };

export const prelude = `${opening}${setUpCheck}${lock('command', 10, giveUp)}${client}`;

/**
 * For scripts that must not wait. Kills the script that has the lock, unless it is a stop; all scripts are idempotent.
 * A script, and each program that it waits for, has the lock as file descriptor 9.
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

export const urgentPrelude = `${opening}${setUpCheck}${takeOver}${lock('stop', 3, 'take_over')}${client}`;
