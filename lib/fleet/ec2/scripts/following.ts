/**
 * Replication between two servers of the fleet, over TLS and the private network. Each secret is generated on the
 * follower and stays there; the leader gets its hash. The follower verifies the leader by the platform's certificate
 * authority, which every server has.
 */

import { ports } from '../describe.ts';
import { replicationRights, replicationUser, rightsWith } from '../users.ts';
import { ending } from './ending.ts';
import { network } from './network.ts';
import { codes, matching, prelude } from './prelude.ts';

const mustRun = `runs || end ${codes.notYet} 'The service does not run.'\n`;

/** Prints the SHA-256 of the follower's secret. */
export const prepareScript = `${prelude}
[ -s "$base/replication" ] || (umask 077; head -c 32 /dev/urandom | sha256sum | cut -c1-64 >"$base/replication")
printf %s "$(cat "$base/replication")" | sha256sum | cut -c1-64
`;

/** Runs on the leader: authorises the follower. */
export const admitScript = (secretSha256: string): string => `${prelude}${mustRun}
said="$(valkey ACL SETUSER ${replicationUser} on '#${sha256In(secretSha256)}' ${replicationRights.join(' ')})"
[ "$said" = OK ] || end ${codes.notYet} "The leader did not let the follower in: $said"
valkey ACL SAVE >/dev/null
echo 'The follower may log in.'
`;

/**
 * Writes the leader into the configuration, so that the service follows it from every start on. A fork is configured
 * before its service has started.
 */
export const followScript = (host: string, port: number = ports.tls): string => `${prelude}
umask 027
cat >"$base/replication.conf" <<CONF
masteruser ${replicationUser}
masterauth $(cat "$base/replication")
replicaof ${hostIn(host)} ${port}
CONF
chown root:valkey "$base/replication.conf"
runs || end 0 'It follows from its next start on.'
valkey CONFIG SET masteruser ${replicationUser} masterauth "$(cat "$base/replication")" >/dev/null
said="$(valkey REPLICAOF ${hostIn(host)} ${port})"
case "$said" in OK*) echo 'It follows.' ;; *) end ${codes.startFailed} "The service does not follow: $said" ;; esac
`;

/** A leader's replication id and offset. A leader that starts without its last snapshot begins a new history. */
export interface Position {
  readonly history: string;
  readonly offset: number;
}

/** Leaves the leader once it has all data up to the leader's position; null if the leader does not respond. */
export const promoteScript = (position: Position | null): string => `${prelude}
: >"$base/replication.conf"
runs || end 0 'It follows nobody from its next start on.'
lacks() {
  [ "$(info replication role)" != master ] || return 1
  ${position ? lacking(position) : 'return 1'}
}
until="$(($(date +%s) + 3))"
while lacks; do
  [ "$(date +%s)" -lt "$until" ] || end ${codes.notYet} 'The leader has more.'
  sleep 0.1
done
said="$(valkey REPLICAOF NO ONE)"
case "$said" in OK*) echo 'It follows nobody.' ;; \
*) end ${codes.notYet} "The follower does not leave its leader: $said" ;; esac
`;

const lacking = ({
  history,
  offset,
}: Position): string => `[ "$(info replication master_replid)" = ${historyIn(history)} ] || return 0
  offset="$(info replication slave_repl_offset)"
  [ "\${offset:-0}" -lt ${Math.trunc(offset)} ]`;

/**
 * Changes the application's user in a service that a client's script blocks: ends the service, edits the file of users
 * with `edit` (a sed expression), and starts the service with all acknowledged writes.
 */
const enforced = (edit: string, said: string): string => `shut_network || echo 'The network could not be shut.'
as_valkey sed -i -E '${edit}' "$base/acl/users.acl" || end ${codes.notYet} 'The file of users could not be written.'
end_service
systemctl reset-failed "$unit" 2>/dev/null
systemctl start "$unit" || end ${codes.notYet} 'The service does not start.'
open_network || end ${codes.notYet} 'The network does not open.'
echo '${said}; the service was ended for it.'
`;

/**
 * Changes the running service and the file of users, for later starts. Writers are refused even if clients block the
 * service.
 */
export const writersScript = (writers: 'admitted' | 'refused'): string => `${prelude}${network}${ending}
runs || end ${codes.notYet} 'The service does not run.'
if obeys ACL SETUSER default -@all ${quotedRights(writers)}; then
  [ "$(valkey ACL SAVE)" = OK ] || end ${codes.notYet} 'The service does not keep what clients may do.'
  end 0 'Writers are ${writers}.'
fi
${writers === 'refused' ? enforced('s/^(user default .*)$/\\1 -@write/', 'Writers are refused') : busy}`;

const busy = `end ${codes.notYet} "The service does not change what clients may do: $said"
`;

/** Connections that the old password opened end. */
export const passwordScript = (passwordSha256: string): string => `${prelude}${network}${ending}
runs || end ${codes.notYet} 'The service does not run.'
if obeys ACL SETUSER default resetpass '#${sha256In(passwordSha256)}'; then
  [ "$(valkey ACL SAVE)" = OK ] || end ${codes.notYet} 'The service does not keep the password.'
  valkey CLIENT KILL USER default >/dev/null
  end 0 'The password is new.'
fi
${enforced(`s/^(user default .*)#[0-9a-f]{64}/\\1#${sha256In(passwordSha256)}/`, 'The password is new')}`;

/** A shell would expand `~*`. */
const quotedRights = (writers: 'admitted' | 'refused'): string =>
  rightsWith(writers)
    .split(' ')
    .map((right) => `'${right}'`)
    .join(' ');

const sha256In = matching(/^[0-9a-f]{64}$/, 'SHA-256 in hex');
const historyIn = matching(/^[0-9a-f]{40}$/, 'replication id');
const hostIn = matching(/^[0-9a-f.:]{3,45}$/, 'address');
