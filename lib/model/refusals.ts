/** The needed actions that KMS refuses, and what they rule out while the key is degraded (promise 10). Pure. */
import { type Action, type Check, type Key, neededActions, type PolicyStatement } from './key.ts';
import { Problem } from './problem.ts';
import { remedyFor } from './remedy.ts';

export interface Refusal {
  readonly action: Action;
  /** The statement that allows the action; null where a Deny refuses it, which no statement outweighs. */
  readonly statement: PolicyStatement | null;
}

/** In the order of `neededActions`. */
export const refusalsOf = ({ actions, fixes }: Pick<Check, 'actions' | 'fixes'>): Refusal[] =>
  neededActions
    .filter((action) => actions[action] === 'denied')
    .map((action) => ({ action, statement: fixes.find((fix) => fix.action === action)?.statement ?? null }));

/** Whether both checks found the same actions refused. */
export const refusesTheSame = (one: Pick<Check, 'actions'>, other: Pick<Check, 'actions'>): boolean =>
  neededActions.every((action) => (one.actions[action] === 'denied') === (other.actions[action] === 'denied'));

/** The commands that add all missing statements to the key's policy. */
const remedyOf = ({ arn, check }: Pick<Key, 'arn' | 'check'>) =>
  remedyFor({
    arn,
    present: { cause: 'access_denied', deletionDate: null, isGone: false },
    statements: check.fixes.map(({ statement }) => statement),
  });

/** What an operation does with a key; `doing` completes "cannot …". */
export interface KeyUsage {
  readonly subject: string;
  readonly doing: string;
  readonly needs: readonly Action[];
}

/** Throws `key_degraded`, with the statements to add, if the last check found an action refused that is needed. */
export function assertKeyAllows(key: Pick<Key, 'arn' | 'check'>, { subject, doing, needs }: KeyUsage): void {
  const refusals = refusalsOf(key.check).filter(({ action }) => needs.includes(action));
  if (refusals.length === 0) return;
  const actions = refusals.map(({ action }) => `kms:${action}`).join(', ');
  throw new Problem(
    'key_degraded',
    `${subject} cannot ${doing}, because the key ${key.arn} refuses ${actions}. ` +
      'Add the statements of `fixes` to its policy, with the commands of `remedy`, then check the key and repeat.',
    { refusals, fixes: key.check.fixes, remedy: remedyOf(key) },
  );
}
