/**
 * Backups: a snapshot of a running service, its upload to S3 in parts, and its restore before a service starts.
 */
import { codes, matching, prelude } from './prelude.ts';

/**
 * Prints the snapshot's bytes and the service's memory. A second link keeps the snapshot, since the next save replaces
 * the first one.
 */
export const snapshotScript = (backupId: string): string => `${prelude}
runs || end ${codes.notRunning} 'The service does not run.'
file="$base/data/backup-${idIn(backupId)}.rdb"
until="$(($(date +%s) + 900))"
silent=0
wait_for_saves() {
  while :; do
    saving="$(info persistence rdb_bgsave_in_progress)$(info persistence aof_rewrite_in_progress)"
    [ "$saving" != 00 ] || return 0
    [ -n "$saving" ] && silent=0 || silent=$((silent + 1))
    [ "$silent" -lt 5 ] || end ${codes.saveFailed} 'The service does not answer.'
    [ "$(date +%s)" -lt "$until" ] || end ${codes.saveFailed} 'A save has not ended.'
    sleep 0.5
  done
}
wait_for_saves
before="$(valkey LASTSAVE)"
sleep 1.1
case "$(valkey BGSAVE)" in *tarted*|*cheduled*) ;; *) end ${codes.saveFailed} 'The service does not save.' ;; esac
wait_for_saves
[ "$(valkey LASTSAVE)" -gt "$before" ] && [ "$(info persistence rdb_last_bgsave_status)" = ok ] ||
  end ${codes.saveFailed} 'The service could not save.'
as_valkey valkey-check-rdb "$base/data/dump.rdb" >/dev/null 2>&1 || end ${codes.saveFailed} 'The snapshot is not whole.'
as_valkey find "$base/data" -maxdepth 1 -name 'backup-*' -delete
as_valkey ln "$base/data/dump.rdb" "$file" || end ${codes.saveFailed} 'The snapshot could not be kept.'
echo "$(as_valkey stat -c %s "$file") $(info memory used_memory)"
`;

/** Takes no lock, since the snapshot does not change. Its only rights are the presigned URLs. */
export const uploadScript = (
  backupId: string,
  { listUrl, partBytes }: { listUrl: string; partBytes: number },
): string => `#!/bin/sh
set -u
base="\${LATCHKEY_BASE:-/var/lib/latchkey}"
file="$base/data/backup-${idIn(backupId)}.rdb"
part="$base/transfer/part"
list="$base/transfer/list"
end() { echo "$2"; exit "$1"; }
as_valkey() { runuser -u valkey -- "$@"; }
exec 8>"$base/transfer/lock"
flock -w 10 8 || end ${codes.busy} 'Another upload works on the server.'
trap 'rm -f "$part" "$list"' EXIT
as_valkey test -e "$file" || end ${codes.transferFailed} 'The snapshot is gone.'
curl -sSf --retry 3 -o "$list" '${urlIn(listUrl)}' || end ${codes.transferFailed} 'The list of parts is not to be had.'
offset=0
while read -r url; do
  as_valkey tail -c "+$((offset + 1))" "$file" | head -c ${Math.trunc(partBytes)} >"$part"
  curl -sSf --retry 3 -X PUT -H 'Content-Type:' -T "$part" "$url" >/dev/null || \
end ${codes.transferFailed} 'A part was not taken.'
  offset=$((offset + ${Math.trunc(partBytes)}))
done <"$list"
as_valkey rm -f "$file"
echo 'Stored.'
`;

/** Replaces the data only with a complete snapshot. */
export const restoreScript = (downloadUrl: string): string => `${prelude}
if runs; then end ${codes.running} 'The service runs already: a backup is restored before it starts.'; fi
new="$base/transfer/restore.rdb"
trap 'rm -f "$new"' EXIT
curl -sSf --retry 3 -o "$new" '${urlIn(downloadUrl)}' || end ${codes.transferFailed} 'The backup did not come.'
valkey-check-rdb "$new" >/dev/null 2>&1 || end ${codes.damaged} 'The backup is not whole.'
as_valkey rm -rf "$base/data/appendonlydir" "$base/data/dump.rdb"
chown valkey:valkey "$new"
mv -T "$new" "$base/data/dump.rdb"
sync
echo 'Restored.'
`;

const idIn = matching(/^[a-z]{1,8}_[0-9a-z]{1,40}$/, 'id');
const urlIn = matching(/^https?:\/\/[\w.~:/?#@!$&()*+,;=%-]+$/, 'URL');
