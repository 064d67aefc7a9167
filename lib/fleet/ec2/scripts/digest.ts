/** The digest of a service's data set, page by page. */

import { digestPageScript, emptyDigest } from '#lib/model/dataset-digest.ts';
import { codes, prelude } from './prelude.ts';

/** Prints `keys expiring digest`. `expiresAfter` is epoch milliseconds. */
export const digestScript = (expiresAfter: number): string => `${prelude}
runs || end ${codes.notYet} 'The service does not run.'
page="$(cat <<'SCRIPT'
${digestPageScript}
SCRIPT
)"
digest=${emptyDigest}
keys=0
expiring=0
for database in $(valkey INFO keyspace | sed -n 's/^db\\([0-9]*\\):.*/\\1/p'); do
  cursor=0
  while :; do
    said="$(valkey_within 60 EVAL "$page" 0 "$database" "$cursor" ${Math.trunc(expiresAfter)} "$digest")"
    set -- $said
    [ "$#" = 4 ] && [ "\${#4}" = 40 ] || end ${codes.notYet} "The service does not return a page: $said"
    cursor="$1"
    keys=$((keys + $2))
    expiring=$((expiring + $3))
    digest="$4"
    [ "$cursor" != 0 ] || break
  done
done
echo "$keys $expiring $digest"
`;
