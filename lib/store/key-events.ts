/** Which ignored events about a key are on record already: one an hour for each sender and reason, however many come. */
import type { Change } from './commit.ts';

export interface IgnoredEvent {
  readonly keyId: string;
  readonly account: string;
  readonly reason: string;
}

/** Fails as `version_mismatch` when this hour's is on record. */
export function ignoredEventNoted({ keyId, account, reason }: IgnoredEvent, at: Date): Change {
  const hour = at.toISOString().slice(0, 13);
  const row = { pk: `KEYEVENTS#${keyId}`, sk: `${hour}#${account}#${reason}`, expiresAt: Math.ceil(at.getTime() / 1000) + 7200 };
  return { kind: 'create', row };
}
