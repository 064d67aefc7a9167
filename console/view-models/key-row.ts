/** The rows of the overview: what needs a person first, then by name. */
import type { Key, Lockout } from '../api/types.ts';
import { arnParts, readable, shortArn } from './names.ts';
import { readinessWord } from './readiness.ts';
import { keyTone, type Tone, words } from './tone.ts';

export interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly tone: Tone;
  /** One word or two: `serving`, `waiting`, `stopped`. */
  readonly state: string;
  readonly databases: number;
  /** While the waiting period runs (ISO 8601). */
  readonly stopsAt: string | null;
  readonly readiness: readonly [Tone, string];
  readonly isLockedOut: boolean;
}

/** By the description that its owner gave it, or the end of its ARN. */
export const keyName = ({ arn, description }: Pick<Key, 'arn' | 'description'>): string =>
  readable((description ?? '').trim(), 80) || shortArn(arn);

/** By id. */
export const keyNames = (keys: readonly Key[]): ReadonlyMap<string, string> =>
  new Map(keys.map((key) => [key.id, keyName(key)]));

const settled: Readonly<Record<Key['status'], string>> = {
  usable: 'serving',
  degraded: 'degraded',
  unusable: 'unusable',
  unknown: 'unknown',
};

const stateOf = (key: Key, lockout: Lockout | null): string => {
  if (key.lockout) return lockout ? words(lockout.state) : 'locked out';
  return key.status === 'usable' && key.databases === 0 ? 'ready' : settled[key.status];
};

/** `lockout` is the key's open one, if it is known. */
export function keyRow(key: Key, lockout: Lockout | null): KeyRow {
  return {
    id: key.id,
    name: keyName(key),
    arn: key.arn,
    tone: keyTone(key, lockout),
    state: stateOf(key, lockout),
    databases: key.databases,
    stopsAt: key.lockout && lockout?.state === 'waiting' ? lockout.deadline : null,
    readiness: readinessWord(key.readiness),
    isLockedOut: key.lockout !== null,
  };
}

const urgency: Readonly<Record<Tone, number>> = { amber: 0, red: 1, blue: 2, grey: 3, green: 4 };

/** Waiting keys first, the earliest deadline leading; then stopped, restoring and unknown ones. */
export function keyRows(keys: readonly Key[], lockouts: readonly Lockout[]): KeyRow[] {
  const byId = new Map(lockouts.map((lockout) => [lockout.id, lockout]));
  return keys
    .map((key) => keyRow(key, byId.get(key.lockout ?? '') ?? null))
    .sort(
      (a, b) =>
        urgency[a.tone] - urgency[b.tone] ||
        (a.stopsAt ?? '').localeCompare(b.stopsAt ?? '') ||
        a.name.localeCompare(b.name, 'en'),
    );
}

export interface KeyTally {
  readonly keys: number;
  readonly waiting: number;
  readonly degraded: number;
  readonly stopped: number;
  readonly restoring: number;
}

export const tally = (rows: readonly KeyRow[]): KeyTally => ({
  keys: rows.length,
  waiting: rows.filter(({ stopsAt }) => stopsAt !== null).length,
  degraded: rows.filter(({ stopsAt, tone }) => tone === 'amber' && stopsAt === null).length,
  stopped: rows.filter(({ tone }) => tone === 'red').length,
  restoring: rows.filter(({ tone }) => tone === 'blue').length,
});

/** The rows whose name, id, account or ARN has the text. */
export const matching = (rows: readonly KeyRow[], text: string): readonly KeyRow[] => {
  const needle = text.trim().toLowerCase();
  if (needle === '') return rows;
  return rows.filter(({ name, arn, id, state }) =>
    [name, arn, id, state, arnParts(arn).account].some((field) => field.toLowerCase().includes(needle)),
  );
};
