/**
 * The statements that a key's policy lacks to allow all that the handed-out policy allows. Pure.
 * A policy cannot be read across accounts, only probed. Statements that no probe covers are added as soon as one is
 * missing.
 */
import { type Action, type Check, neededActions } from './key.ts';
import { type PolicyParties, statementFor, volumes } from './key-policy.ts';
import type { ProbeResult } from './key-probe.ts';

type Fix = Check['fixes'][number];

/** No fix for an action that a Deny refuses, since a Deny overrides every Allow. */
export function fixesOf(
  { actions, denials = {} }: Pick<ProbeResult, 'actions' | 'denials'>,
  parties: PolicyParties,
): Fix[] {
  const missing = neededActions.filter((action) => actions[action] === 'denied' && denials[action] !== 'explicit');
  if (missing.length === 0) return [];
  return [
    ...missing.map((action) => ({ action, statement: statementFor(action, parties) })),
    ...untried(missing, parties),
  ];
}

/** Statements for grants by AWS services and for EC2's use of volumes, which a direct call cannot probe. */
function untried(missing: readonly Action[], parties: PolicyParties): Fix[] {
  const grants: Fix[] = missing.includes('CreateGrant')
    ? []
    : [{ action: 'CreateGrant', statement: statementFor('CreateGrant', parties) }];
  if (parties.teamId === null) return grants;
  return [
    ...grants,
    { action: 'GenerateDataKeyWithoutPlaintext', statement: volumes(parties, 'LatchkeyNeedsVolumes') },
  ];
}
