/** Starts a service and waits until it responds with its data. */
import { network } from './network.ts';
import { codes, prelude } from './prelude.ts';

/**
 * A service without an append-only file creates one before clients can connect, so that a crash loses at most a second
 * of writes. Enables the clients' user, which an aborted stop may have disabled.
 */
export const starting = `touch "$base/wanted"
systemctl reset-failed "$unit" 2>/dev/null
systemctl start "$unit" || { rm -f "$base/wanted"; end ${codes.startFailed} 'The service does not start.'; }
until="$(($(date +%s) + 60))"
until [ "$(valkey PING)" = PONG ] && [ "$(info persistence loading)" = 0 ]; do
  runs || end ${codes.startFailed} "The service ended at its start: \
$(as_valkey tail -n 1 "$base/data/valkey.log" 2>/dev/null)"
  [ "$(date +%s)" -lt "$until" ] || end ${codes.notYet} 'The service loads its data.'
  sleep 0.5
done
[ "$(info persistence aof_enabled)" = 1 ] || valkey CONFIG SET appendonly yes >/dev/null
until="$(($(date +%s) + 60))"
until as_valkey test -e "$base/data/appendonlydir/appendonly.aof.manifest" &&
  [ "$(info persistence aof_rewrite_in_progress)" = 0 ]; do
  [ "$(date +%s)" -lt "$until" ] || end ${codes.notYet} 'The append-only file is being written.'
  sleep 0.5
done
valkey ACL SETUSER default on >/dev/null
open_network || end ${codes.startFailed} 'The network does not open.'
echo 'The service answers, with its data.'
`;

export const startScript = `${prelude}${network}
runs || shut_network
${starting}`;
