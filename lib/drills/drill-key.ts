/** The drill key of a real drill: a key of the team without databases, which its owner disables and enables. */
import type { Key } from '#lib/model/key.ts';
import { parseKeyArn } from '#lib/model/key-arn.ts';
import { invalidValue, Problem, wrongState } from '#lib/model/problem.ts';
import type { Registration } from '#lib/model/registration.ts';
import type { DrillRequest } from './new-drill.ts';

export interface DrillKeyDeps {
  /** Registers a key that KMS lets the platform use now; the key may be registered already. */
  readonly registerCheckedKey: (registration: Registration) => Promise<{ readonly key: Key }>;
}

/**
 * Checks the drill key with KMS, and registers it. A key that does not fit is not registered. Throws `invalid_request`
 * for an invalid ARN, `key_rejected`, `key_taken`, `key_unusable`, `quota_exceeded`, `unavailable`, and `wrong_state`
 * for a key that encrypts databases.
 */
export const requireDrillKey =
  ({ registerCheckedKey }: DrillKeyDeps) =>
  async (registration: Registration): Promise<Key> => {
    const { key } = await registerCheckedKey(registration);
    assertEmpty(key);
    assertUsable(key);
    return key;
  };

/** The full ARN of the drill key; null in a simulated drill. Throws `invalid_request` if it does not fit the mode. */
export function drillKeyArn(
  { mode, drillKey: pasted }: Pick<DrillRequest, 'mode' | 'drillKey'>,
  key: Pick<Key, 'arn'>,
): string | null {
  const problem = (detail: string) => invalidValue('/drillKey', detail, 'Does not fit the mode');
  if (mode === 'simulated' && pasted !== undefined)
    throw problem('A simulated drill runs under the key itself: leave out drillKey, or send mode real.');
  if (mode === 'simulated') return null;
  if (pasted === undefined)
    throw problem('A real drill needs a key that its owner disables: send the full ARN of a drill key as drillKey.');
  const { arn } = parseKeyArn(pasted);
  if (arn === key.arn)
    throw problem('The drill key must be another key: disabling this one would lock out its databases.');
  return arn;
}

export function assertUsable({ arn, status, lockoutId, check }: Key): void {
  if (status === 'usable' && !lockoutId) return;
  throw new Problem('key_unusable', `The key ${arn} is ${status} now. Make it usable again, then start the drill.`, {
    cause: check.cause,
    lockout: lockoutId,
  });
}

function assertEmpty({ arn, databases, drill }: Key): void {
  if (drill)
    throw wrongState(
      'in_drill',
      `The drill key ${arn} is used by the drill ${drill.drillId}. Repeat when that drill has ended, or abort it.`,
    );
  if (databases === 0) return;
  throw wrongState(
    'in_use',
    `The drill key ${arn} encrypts ${databases} databases, which its owner would lock out. Use a key without ` +
      'databases.',
  );
}
