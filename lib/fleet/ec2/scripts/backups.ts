/** Backups: a snapshot while clients stay in, its way to S3 in parts, and its way back to a server whose service has not started. */
import { codes, prelude } from './prelude.ts';

/** Prints the snapshot's bytes and the service's memory. The snapshot has a second name, since the next save replaces the first one. */
export const snapshotScript = (backupId: string): string => `${prelude}
runs || end ${codes.notRunning} 'The service does not run.'
file="$base/data/backup-${idIn(backupId)}.rdb"
wait_for_saves() {
  tries=0
  while [ "$(told persistence rdb_bgsave_in_progress)" != 0 ] || [ "$(told persistence aof_rewrite_in_progress)" != 0 ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 1800 ] || end ${codes.saveFailed} 'A save has not ended.'
    sleep 0.5
  done
}
wait_for_saves
before="$(ask LASTSAVE)"
sleep 1.1
case "$(ask BGSAVE)" in *tarted*|*cheduled*) ;; *) end ${codes.saveFailed} 'The service does not save.' ;; esac
wait_for_saves
[ "$(ask LASTSAVE)" -gt "$before" ] && [ "$(told persistence rdb_last_bgsave_status)" = ok ] || end ${codes.saveFailed} 'The service could not save.'
valkey-check-rdb "$base/data/dump.rdb" >/dev/null 2>&1 || end ${codes.saveFailed} 'The snapshot is not whole.'
rm -f "$base"/data/backup-*.rdb
ln "$base/data/dump.rdb" "$file"
echo "$(stat -c %s "$file") $(told memory used_memory)"
`;

/** Takes no lock: it reads what nobody changes, so nothing waits for it. The URLs are all the rights that it has. */
export const uploadScript = (backupId: string, { listUrl, partBytes }: { listUrl: string; partBytes: number }): string => `#!/bin/sh
set -u
base="\${LATCHKEY_BASE:-/var/lib/latchkey}"
file="$base/data/backup-${idIn(backupId)}.rdb"
part="$file.part"
list="$file.list"
trap 'rm -f "$part" "$list"' EXIT
end() { echo "$2"; exit "$1"; }
[ -e "$file" ] || end ${codes.transferFailed} 'The snapshot is gone.'
curl -sSf --retry 3 -o "$list" '${urlIn(listUrl)}' || end ${codes.transferFailed} 'The list of parts is not to be had.'
offset=0
while read -r url; do
  tail -c "+$((offset + 1))" "$file" | head -c ${Math.trunc(partBytes)} >"$part"
  curl -sSf --retry 3 -X PUT -H 'Content-Type:' -T "$part" "$url" >/dev/null || end ${codes.transferFailed} 'A part was not taken.'
  offset=$((offset + ${Math.trunc(partBytes)}))
done <"$list"
rm -f "$file"
echo 'Stored.'
`;

/** The data that is there is replaced only by a snapshot that is whole. */
export const restoreScript = (downloadUrl: string): string => `${prelude}
if runs; then end ${codes.running} 'The service runs already: a backup is restored before it starts.'; fi
new="$base/data/restore.rdb"
trap 'rm -f "$new"' EXIT
curl -sSf --retry 3 -o "$new" '${urlIn(downloadUrl)}' || end ${codes.transferFailed} 'The backup did not come.'
valkey-check-rdb "$new" >/dev/null 2>&1 || end ${codes.damaged} 'The backup is not whole.'
chown valkey:valkey "$new"
rm -rf "$base/data/appendonlydir"
mv "$new" "$base/data/dump.rdb"
sync
echo 'Restored.'
`;

const matching =
  (pattern: RegExp, what: string) =>
  (text: string): string => {
    if (!pattern.test(text)) throw new Error(`This is no ${what}, so it's put in no script.`);
    return text;
  };
const idIn = matching(/^[a-z]{1,8}_[0-9a-z]{1,40}$/, 'id');
const urlIn = matching(/^https?:\/\/[\w.~:/?#@!$&()*+,;=%-]+$/, 'URL');
