/** Warnings about the state of a key: refused actions, lost events, rotation and related keys. Pure. */
import { isRecent } from '#lib/model/clock.ts';
import { neededActions } from '#lib/model/key.ts';
import { type NotifiedState, rotationDays } from './notified.ts';
import type { Warned, WarnedKey } from './warned-key.ts';

const nothing: Warned = { notified: {}, raised: [], withdrawn: [] };
const dayMs = 86_400_000;

/** The needed actions that KMS refuses, by their names in policies. */
export const refusedActions = ({ check }: Pick<WarnedKey, 'check'>): string[] =>
  neededActions.filter((action) => check.actions[action] === 'denied').map((action) => `kms:${action}`);

/** Repeated if other actions are refused. An unusable key has a lockout, whose notices say more. */
export function degradedWarnings({ status, check, notifiedWarnings }: WarnedKey, at: Date): Warned {
  const known = notifiedWarnings?.degraded;
  const keep: Warned = { ...nothing, notified: known ? { degraded: known } : {} };
  if (status === 'unknown') return keep;
  if (status === 'usable') return known ? { ...nothing, withdrawn: [recovered(known)] } : nothing;
  if (status !== 'degraded') return nothing;
  const actions = refusedActions({ check }).join(', ');
  if (known?.actions === actions) return keep;
  const about = at.toISOString();
  const detail = `KMS refuses ${actions}`;
  return {
    notified: { degraded: { about, actions } },
    raised: [{ kind: 'degraded', about, mark: null, date: null, detail }],
    withdrawn: [],
  };
}

const recovered = ({ about }: NotifiedState) => ({
  kind: 'degraded' as const,
  about,
  detail: 'KMS allows every needed action again',
});

/** Only a proof that was there can be lost: a key without forwarded events was registered that way. */
export function eventWarnings(before: WarnedKey, { eventsProvenSince, notifiedWarnings }: WarnedKey, at: Date): Warned {
  const known = notifiedWarnings?.events;
  if (eventsProvenSince) {
    const detail = 'Events of the key are proven to arrive again';
    return known ? { ...nothing, withdrawn: [{ kind: 'events', about: known.about, detail }] } : nothing;
  }
  if (known || !before.eventsProvenSince) return { ...nothing, notified: known ? { events: known } : {} };
  const about = at.toISOString();
  const detail = 'Events of the key do not arrive any more';
  return {
    notified: { events: { about } },
    raised: [{ kind: 'events', about, mark: null, date: null, detail }],
    withdrawn: [],
  };
}

/** AWS rotates within days of the date that it names. */
const rotationGraceMs = 7 * dayMs;

/** Why the key's material does not rotate as it should; null if it does, or KMS did not say. */
export function rotationFault({ check }: Pick<WarnedKey, 'check'>, at: Date): 'off' | 'overdue' | null {
  if (check.keyState !== 'Enabled') return null;
  if (check.warnings.some(({ code }) => code === 'rotation_off')) return 'off';
  const next = check.rotation && check.nextRotationAt ? Date.parse(check.nextRotationAt) : null;
  return next !== null && at.getTime() - next > rotationGraceMs ? 'overdue' : null;
}

/**
 * Quarterly at most: a quarter after the key was registered, whose response has the warning too, and at once if the
 * rotation is turned off.
 */
export function rotationWarnings(before: WarnedKey, key: WarnedKey, at: Date): Warned {
  const known = key.notifiedWarnings?.rotation;
  const keep: Warned = { ...nothing, notified: known ? { rotation: known } : {} };
  const fault = rotationFault(key, at);
  if (fault === null) return keep;
  const isTurnedOff = known === undefined && before.check.rotation === true && key.check.rotation === false;
  if (!isTurnedOff && isRecent(known?.at ?? key.createdAt, at, rotationDays * dayMs)) return keep;
  const about = at.toISOString();
  const detail = fault === 'off' ? "The key's material does not rotate" : "The key's rotation is overdue";
  return {
    notified: { rotation: { at: about } },
    raised: [{ kind: 'rotation', about, mark: null, date: null, detail }],
    withdrawn: [],
  };
}

/** The first check that finds related keys raises no warning: the key was registered with them. */
export function siblingWarnings(before: WarnedKey, { siblings }: WarnedKey, at: Date): Warned {
  if (!before.siblings || !siblings) return nothing;
  const known = new Map(before.siblings.map(({ arn, state }) => [arn, state]));
  const changed = siblings.filter(
    ({ arn, state }) => state !== 'unknown' && known.get(arn) !== 'unknown' && known.get(arn) !== state,
  );
  return {
    ...nothing,
    raised: changed.map(({ arn, state }) => ({
      kind: 'sibling',
      about: `${arn}#${state}#${at.toISOString()}`,
      mark: null,
      date: null,
      detail: `${arn}, which opens the same ciphertexts, is ${state}`,
    })),
  };
}
