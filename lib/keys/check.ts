/** Judging a probe: a verdict with its cause, and for all that is wrong the way to put it right. Pure. */
import { type Action, type Cause, type Check, type Fault, neededActions, type Verdict, type Warning } from './key.ts';
import { type PolicyParties, statementFor } from './policy.ts';
import type { KeyFacts, ProbeResult } from './probe.ts';

export interface Judging {
  readonly arn: string;
  readonly at: Date;
  readonly parties: PolicyParties;
}

export function judge(probe: ProbeResult, { arn, at, parties }: Judging): Check {
  const denied = neededActions.filter((action) => probe.actions[action] === 'denied');
  const fault = faultOf(probe);
  return {
    at: at.toISOString(),
    actions: probe.actions,
    ...verdictOf(probe, fault, denied),
    fault,
    keyState: probe.metadata?.KeyState ?? null,
    deletionDate: probe.metadata?.DeletionDate?.toISOString() ?? null,
    rotation: probe.rotation,
    ownership: { allowed: 'unproven', denied: 'proven', unknown: 'unknown' }[probe.foreignContext] as Check['ownership'],
    warnings: warningsOf(probe, arn, parties),
    fixes: denied.map((action) => ({ action, statement: statementFor(action, parties) })),
    calls: probe.calls,
  };
}

/** Of a check, what a decision rests on: for the timeline. */
export const asFact = ({ at, verdict, cause, keyState, calls = [] }: Check) => {
  return { at, verdict, cause, keyState, calls: calls.map((call) => ({ ...call })) };
};
export type CheckFact = ReturnType<typeof asFact>;

function faultOf({ found, metadata }: ProbeResult): Fault | null {
  if (!found) return 'not_found';
  if (!metadata) return null;
  if (metadata.KeySpec !== undefined && metadata.KeySpec !== 'SYMMETRIC_DEFAULT') return 'not_symmetric';
  if (metadata.KeyUsage !== undefined && metadata.KeyUsage !== 'ENCRYPT_DECRYPT') return 'wrong_usage';
  return null;
}

/** KMS's key states that say why (AWS KMS developer guide, "Key states"). `Unavailable` is its key store's trouble, not the customer's word. */
const causeByState: Readonly<Record<string, Cause>> = {
  Disabled: 'key_disabled',
  PendingDeletion: 'deletion_scheduled',
  PendingReplicaDeletion: 'deletion_scheduled',
  PendingImport: 'material_expired',
};
const unknownByState: Readonly<Record<string, Cause>> = {
  Unavailable: 'key_store_unavailable',
  Creating: 'kms_unreachable',
  Updating: 'kms_unreachable',
};

const stateOf = (metadata: KeyFacts | null): string => metadata?.KeyState ?? '';

/** Where AWS's services make and end the grants, a direct call tells nothing about theirs (002). */
const byService: readonly Action[] = ['CreateGrant', 'RevokeGrant'];

/** The state and the refusals that KMS named come first; a missing answer is `unknown`, whatever else was allowed. */
function verdictOf(probe: ProbeResult, fault: Fault | null, denied: readonly Action[]): { verdict: Verdict; cause: Cause | null } {
  if (fault === 'not_found') return { verdict: 'unusable', cause: 'deletion_scheduled' };
  const cause = causeByState[stateOf(probe.metadata)] ?? probe.unusable;
  if (cause) return { verdict: 'unusable', cause };
  if (denied.length > 0) return { verdict: 'unusable', cause: 'access_denied' };
  if (fault) return { verdict: 'unusable', cause: null };
  const unanswered = neededActions.some((action) => probe.actions[action] === 'unknown' && !byService.includes(action));
  if (unanswered || probe.unknown) {
    return { verdict: 'unknown', cause: unknownByState[stateOf(probe.metadata)] ?? probe.unknown ?? 'kms_unreachable' };
  }
  return { verdict: 'usable', cause: null };
}

function warningsOf(probe: ProbeResult, arn: string, parties: PolicyParties): Warning[] {
  const warnings: Warning[] = [];
  const rotation = `aws kms enable-key-rotation --key-id ${arn}`;
  if (probe.rotation === false) {
    warnings.push({
      code: 'rotation_off',
      detail: "The key's material never rotates. AWS rotates it yearly once rotation is on.",
      fix: rotation,
    });
  }
  if (probe.rotation === null && probe.actions.DescribeKey === 'allowed') {
    warnings.push({
      code: 'rotation_unknown',
      detail: 'The key policy does not let the platform read whether the key rotates.',
      fix: 'Add kms:GetKeyRotationStatus to the statement that allows kms:DescribeKey.',
    });
  }
  if (probe.foreignContext === 'allowed') {
    warnings.push({
      code: 'ownership_unproven',
      detail: 'The key policy lets any team of the platform use the key. Bind it to your team by the encryption context.',
      fix: JSON.stringify({ Condition: { StringEquals: { 'kms:EncryptionContext:latchkey:team': parties.teamId } } }),
    });
  }
  return warnings;
}
