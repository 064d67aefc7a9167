/** Stopping a service with a save that is proven, and starting one until it answers with its data. */
import { codes, prelude } from './prelude.ts';

/**
 * Clients are shut out before the save, so that it holds every write that was acknowledged, and let in again when it fails. What is not
 * wanted doesn't start with the machine.
 */
export const stopScript = `${prelude}
rm -f "$base/wanted"
runs || end ${codes.notRunning} 'The service does not run.'
fail() {
  ask ACL SETUSER default on >/dev/null
  touch "$base/wanted"
  end ${codes.saveFailed} "$1"
}
ask ACL SETUSER default off >/dev/null
ask CLIENT KILL USER default >/dev/null
tries=0
while [ "$(told persistence rdb_bgsave_in_progress)" != 0 ] || [ "$(told persistence aof_rewrite_in_progress)" != 0 ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 600 ] || fail 'Another save has not ended.'
  sleep 1
done
before="$(ask LASTSAVE)"
# LASTSAVE counts whole seconds.
sleep 1.1
said="$(ask SAVE)"
[ "$said" = OK ] || fail "The service could not save: $said"
after="$(ask LASTSAVE)"
case "$before$after" in ''|*[!0-9]*) fail 'The service does not say when it saved.' ;; esac
[ "$after" -gt "$before" ] || fail 'The service says that it saved, but the time of its last save is the old one.'
[ "$(told persistence rdb_changes_since_last_save)" = 0 ] || fail 'Writes came after the save.'
valkey-check-rdb "$base/data/dump.rdb" >/dev/null 2>&1 || fail 'The snapshot is not whole.'
size="$(stat -c %s "$base/data/dump.rdb")"
systemctl stop "$unit"
if runs; then end ${codes.stopFailed} 'The service saved, but does not stop.'; fi
sync
echo "Saved $size bytes at $after and stopped."
`;

/** A service that has no append-only file yet begins one, and is up when it is there: a crash then loses a second at most. */
export const startScript = `${prelude}
touch "$base/wanted"
systemctl reset-failed "$unit" 2>/dev/null
systemctl start "$unit" || { rm -f "$base/wanted"; end ${codes.startFailed} 'The service does not start.'; }
tries=0
until [ "$(ask PING)" = PONG ] && [ "$(told persistence loading)" = 0 ]; do
  runs || end ${codes.startFailed} "The service ended at its start: $(tail -n 1 "$base/data/valkey.log" 2>/dev/null)"
  tries=$((tries + 1))
  [ "$tries" -lt 120 ] || end ${codes.notYet} 'The service loads its data.'
  sleep 0.5
done
[ "$(told persistence aof_enabled)" = 1 ] || ask CONFIG SET appendonly yes >/dev/null
tries=0
until [ -e "$base/data/appendonlydir/appendonly.aof.manifest" ] && [ "$(told persistence aof_rewrite_in_progress)" = 0 ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 120 ] || end ${codes.notYet} 'The append-only file is being written.'
  sleep 0.5
done
# A stop that was given up may have left clients shut out.
ask ACL SETUSER default on >/dev/null
echo 'The service answers, with its data.'
`;
