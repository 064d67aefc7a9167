/**
 * How a follower logs in at its leader: a user of Redis that may replicate and nothing else, with a random password
 * that is only in the two servers' memory folders and processes. It changes whenever the leader's server starts anew.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { nullIfAbsent, writeFileAtomically } from './atomic-file.ts';
import { replicationRights, replicationUser } from './redis-conf.ts';
import type { Server } from './server.ts';
import { type Service, send } from './service-process.ts';

/** Authorises followers on this running leader, and returns their password. Idempotent. */
export async function allowFollowers(leader: Server, service: Service): Promise<string> {
  const password = await passwordOf(leader);
  const hash = createHash('sha256').update(password).digest('hex');
  await send(leader, service, [['ACL', 'SETUSER', replicationUser, 'reset', 'on', `#${hash}`, ...replicationRights]]);
  return password;
}

async function passwordOf({ places }: Server): Promise<string> {
  const kept = await nullIfAbsent(readFile(places.replicationPassword, 'utf8'));
  if (kept) return kept;
  const password = randomBytes(32).toString('hex');
  await writeFileAtomically(places.replicationPassword, password);
  return password;
}

/**
 * Before a leader saves for good: a follower that comes for a first copy would keep it from saving. A server that was
 * never followed has none.
 */
export const denyFollowers: readonly (readonly string[])[] = [
  ['ACL', 'DELUSER', replicationUser],
  ['CLIENT', 'KILL', 'TYPE', 'replica'],
];
