/**
 * Which events about a key are on record already: each that was received, and of those ignored one an hour for each
 * sender and reason.
 */
import type { Change } from './change.ts';

/** Fails as `version_mismatch` when this hour's is on record. */
export function ignoredEventNoted(
  { keyId, account, reason }: { keyId: string; account: string; reason: string },
  at: Date,
): Change {
  const hour = at.toISOString().slice(0, 13);
  const row = {
    pk: `KEYEVENTS#${keyId}`,
    sk: `${hour}#${account}#${reason}`,
    expiresAt: Math.ceil(at.getTime() / 1000) + 7200,
  };
  return { kind: 'create', row };
}

/** EventBridge delivers again for a day at most. */
const rememberedDays = 7;

/** Fails as `version_mismatch` when this one is on record. */
export function receivedEventNoted(
  { keyId, eventId }: { readonly keyId: string; readonly eventId: string },
  at: Date,
): Change {
  const row = {
    pk: `KEYEVENTS#${keyId}`,
    sk: `RECEIVED#${eventId}`,
    expiresAt: Math.ceil(at.getTime() / 1000) + rememberedDays * 86_400,
  };
  return { kind: 'create', row };
}
