/**
 * Stops a service. Clients cannot prevent or delay the stop, since the kernel drops their traffic first. Acknowledged
 * writes are then in a verified snapshot, or stay in the append-only file.
 */
import type { Proof, StopProof } from '#lib/model/fleet.ts';
import { ending } from './ending.ts';
import { network } from './network.ts';
import { codes, urgentPrelude } from './prelude.ts';

/** The limit of a whole stop; Systems Manager ends it a minute later (`services.ts`). */
export const stopSeconds = 1100;

/**
 * A save and a load may take half a minute, and a second more per 100 MB in memory, or 20 MB of the append-only file.
 * gp3 volumes write 125 MB/s (EBS user guide, "General Purpose SSD volumes"). `save` sets `size` and `saved_at`, or
 * `fault` alone; it waits for a second, since LASTSAVE counts whole seconds.
 */
const saving = `give_up_at="$(($(date +%s) + ${stopSeconds}))"
within() {
  left="$((give_up_at - $(date +%s)))"
  if [ "$left" -gt "$1" ]; then left="$1"; fi
  if [ "$left" -lt 5 ]; then left=5; fi
  echo "$left"
}
wait_for_other_save() {
  until="$(($(date +%s) + $1))"
  while [ "$(info persistence rdb_bgsave_in_progress)" != 0 ]; do
    [ "$(date +%s)" -lt "$until" ] || return 1
    sleep 1
  done
}
save() {
  fault=
  size=
  saved_at=
  used="$(info memory used_memory)"
  allowed="$((30 + \${used:-0} / 100000000))"
  wait_for_other_save "$(within "$allowed")" || { fault='Another save has not ended.'; return 1; }
  before="$(valkey LASTSAVE)"
  sleep 1.1
  said="$(valkey_within "$(within "$allowed")" SAVE)"
  [ "$said" = OK ] || { fault="The service could not save: \${said:-it took too long}"; return 1; }
  after="$(valkey LASTSAVE)"
  case "$before$after" in ''|*[!0-9]*) fault='The service does not say when it saved.'; return 1 ;; esac
  [ "$after" -gt "$before" ] || \
{ fault='The service says that it saved, but the time of its last save is the old one.'; return 1; }
  [ "$(info persistence rdb_changes_since_last_save)" = 0 ] || { fault='Writes came after the save.'; return 1; }
  as_valkey timeout "$(within "$allowed")" valkey-check-rdb "$base/data/dump.rdb" >/dev/null 2>&1 ||
    { fault='The snapshot is not whole.'; return 1; }
  size="$(as_valkey stat -c %s "$base/data/dump.rdb")"
  saved_at="$after"
}
`;

/**
 * Loads the append-only file without clients, and saves: in a unit of its own with an empty network (systemd.exec,
 * `PrivateNetwork`). The append-only file stays, and the next start loads it. Runs in a subshell and prints the
 * result.
 */
const recovering = `recover() {
  unit="$unit-recovery"
  kept="The service was ended; its append-only file of $log_bytes bytes is kept. $fault"
  systemd-run --quiet --collect --unit="$unit" --uid=valkey \
--property=PrivateNetwork=yes --property=NoNewPrivileges=yes \\
    --property=ProtectSystem=strict --property=ReadWritePaths="$base/data" \\
    valkey-server "$base/valkey.conf" --port 0 --tls-port 0 --replicaof no one \
--appendonly yes --auto-aof-rewrite-percentage 0 \\
    >/dev/null 2>&1 9>&- || { report append_only_file "$kept It could not be loaded here."; return; }
  until="$(($(date +%s) + $(within "$((30 + \${log_bytes:-0} / 20000000))")))"
  loads=yes
  until [ "$(valkey PING)" = PONG ] && [ "$(info persistence loading)" = 0 ]; do
    if ! runs || [ "$(date +%s)" -ge "$until" ]; then loads=no; break; fi
    sleep 0.5
  done
  if [ "$loads" = no ]; then
    report append_only_file "$kept It did not load in time, or not at all."
  elif first_fault="$fault"; save; then
    report snapshot "Loaded from its append-only file, and saved $size bytes at $saved_at. $first_fault"
  else
    report append_only_file "$kept It loads. $fault"
  fi
  end_service
  systemctl stop "$unit" 2>/dev/null
}
`;

/** Prints a line for `readStop`, then a sentence for people. */
const reporting = `report() {
  why=-
  [ "$1" = snapshot ] || why="$reason"
  echo "stop: $1 $how $why \${size:--} \${saved_at:--} \${log_bytes:--}"
  echo "$2"
}
`;

/**
 * `stop_service` returns an exit code, and its result as text in `word`. The service keeps running only if its memory
 * is the only copy of the data; then its network stays closed until it is started again.
 */
export const stopping = `${network}${ending}${saving}${reporting}${recovering}stop_service() {
  rm -f "$base/wanted"
  runs || { word='The service does not run.'; return ${codes.notRunning}; }
  shut_network || echo 'The network could not be shut.'
  if obeys ACL SETUSER default off; then
    reason=save_failed
    valkey CLIENT KILL USER default >/dev/null
    save
  else
    case "$said" in *BUSY*) reason=script_running ;; *) reason=no_answer ;; esac
    fault="The service did not obey: \${said:-no answer}"
  fi
  if [ -n "$fault" ] && ! as_valkey test -e "$base/data/appendonlydir/appendonly.aof.manifest"; then
    word="$fault"
    return ${codes.saveFailed}
  fi
  end_service || { word='The service does not end.'; return ${codes.stopFailed}; }
  how="$end_by"
  systemctl stop "$unit"
  if [ -z "$fault" ]; then
    word="$(report snapshot "Saved $size bytes at $saved_at and stopped.")"
  else
    log_bytes="$(as_valkey du -sb "$base/data/appendonlydir" | cut -f1)"
    word="$(recover)"
  fi
  sync
}
`;

/** The proof of a successful stop, from the script's output. */
export function readStop(output: string): Proof {
  const [, save, end, reason, bytes, seconds, logBytes] = stopLine.exec(output) ?? [];
  if (!save) return {};
  const stop = { save, end, reason: reason === '-' ? null : reason } as StopProof;
  return {
    stop,
    ...(seconds === '-' || bytes === '-'
      ? {}
      : { savedAt: new Date(Number(seconds) * 1000).toISOString(), snapshotBytes: Number(bytes) }),
    ...(save === 'snapshot' || logBytes === '-' ? {} : { appendOnlyBytes: Number(logBytes) }),
  };
}

const reasons = 'script_running|no_answer|save_failed|-';
const counts = ' (\\d+|-)'.repeat(3);
const stopLine = new RegExp(`^stop: (snapshot|append_only_file) (shutdown|killed) (${reasons})${counts}$`, 'm');

export const stopScript = `${urgentPrelude}${stopping}
rm -f "$base/restarting"
stop_service
end "$?" "$word"
`;
