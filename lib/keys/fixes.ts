/**
 * What to add to a key's policy so that, with what it has, it allows what the policy that we hand out allows. Pure.
 * A policy can't be read across accounts, only tried; what no check can try comes along with the first statement that is missing.
 */
import { type Action, type Check, neededActions } from './key.ts';
import { type PolicyParties, statementFor, volumes } from './policy.ts';
import type { ProbeResult } from './probe.ts';

type Fix = Check['fixes'][number];

/** None for an action that a Deny refuses: no statement that allows outweighs it. */
export function fixesOf({ actions, denials = {} }: Pick<ProbeResult, 'actions' | 'denials'>, parties: PolicyParties): Fix[] {
  const missing = neededActions.filter((action) => actions[action] === 'denied' && denials[action] !== 'explicit');
  if (missing.length === 0) return [];
  return [...missing.map((action) => ({ action, statement: statementFor(action, parties) })), ...untried(missing, parties)];
}

/** The grants that AWS services make for themselves, and EC2's use of a volume: a direct call tells nothing about either. */
function untried(missing: readonly Action[], parties: PolicyParties): Fix[] {
  const grants: Fix[] = missing.includes('CreateGrant') ? [] : [{ action: 'CreateGrant', statement: statementFor('CreateGrant', parties) }];
  if (parties.teamId === null) return grants;
  return [...grants, { action: 'GenerateDataKeyWithoutPlaintext', statement: volumes(parties, 'LatchkeyNeedsVolumes') }];
}
