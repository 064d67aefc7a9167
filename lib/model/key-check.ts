/** Evaluates a probe: the verdict, its cause, and the fix of each fault. Pure. */
import { isDeepStrictEqual } from 'node:util';
import { type Action, type Cause, type Check, type Fault, neededActions, type Verdict, type Warning } from './key.ts';
import { denyWarnings } from './key-denials.ts';
import { fixesOf } from './key-fixes.ts';
import type { PolicyParties } from './key-policy.ts';
import type { KeyFacts, ProbeResult } from './key-probe.ts';
import { kmsCommand } from './shell.ts';

export interface Judging {
  readonly arn: string;
  readonly at: Date;
  readonly parties: PolicyParties;
  /** Whether any refused action counts as the loss of the key; false by default. */
  readonly strict?: boolean | undefined;
}

/** KMS allows 8,192 characters; the beginning distinguishes keys. */
const longestDescription = 256;

export function judge(probe: ProbeResult, { arn, at, parties, strict = false }: Judging): Check {
  const denied = neededActions.filter((action) => probe.actions[action] === 'denied');
  const fault = faultOf(probe);
  return {
    at: at.toISOString(),
    actions: probe.actions,
    ...verdictOf(probe, { fault, denied, strict }),
    fault,
    keyState: probe.metadata?.KeyState ?? null,
    deletionDate: probe.metadata?.DeletionDate?.toISOString() ?? null,
    rotation: probe.rotation,
    nextRotationAt: probe.nextRotationAt?.toISOString() ?? null,
    validTo: probe.metadata?.ValidTo?.toISOString() ?? null,
    description: probe.metadata?.Description?.slice(0, longestDescription) ?? null,
    ownership: ownershipOf(probe),
    warnings: warningsOf(probe, arn, parties),
    fixes: fixesOf(probe, parties),
    calls: probe.calls,
  };
}

/** Whether two checks have the same result, apart from their times and calls. */
export const showsTheSame = (one: Check, other: Check): boolean => isDeepStrictEqual(shown(one), shown(other));

function shown({ at: _at, calls: _calls, ...rest }: Check): unknown {
  return JSON.parse(JSON.stringify(rest));
}

/** The part of a check that decisions depend on, for the timeline. */
export const asFact = ({ at, verdict, cause, keyState, calls = [] }: Check) => {
  return { at, verdict, cause, keyState, calls: calls.map((call) => ({ ...call })) };
};
export type CheckFact = ReturnType<typeof asFact>;

/** A policy that denies the platform says nothing about other teams. */
function ownershipOf({ foreignContext, actions }: ProbeResult): Check['ownership'] {
  if (foreignContext === 'denied') return actions.Encrypt === 'denied' ? 'unknown' : 'proven';
  return foreignContext === 'allowed' ? 'unproven' : 'unknown';
}

function faultOf({ found, metadata }: ProbeResult): Fault | null {
  if (!found) return 'not_found';
  if (!metadata) return null;
  if (metadata.KeySpec !== undefined && metadata.KeySpec !== 'SYMMETRIC_DEFAULT') return 'not_symmetric';
  if (metadata.KeyUsage !== undefined && metadata.KeyUsage !== 'ENCRYPT_DECRYPT') return 'wrong_usage';
  return null;
}

/**
 * KMS's key states that say why (AWS KMS developer guide, "Key states"). `Unavailable` is a failure of its key
 * store, not a decision of the customer.
 */
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

/** If AWS services create and revoke the grants, a direct call does not predict the result of theirs (002). */
const byService: readonly Action[] = ['CreateGrant', 'RevokeGrant'];

interface Findings {
  readonly fault: Fault | null;
  readonly denied: readonly Action[];
  readonly strict: boolean;
}

/**
 * The state and the refusals that KMS named come first; then a missing response is `unknown`, even if other calls were
 * allowed. Only the loss of Decrypt is the loss of the key, unless its owner chose otherwise (promise 10).
 */
function verdictOf(probe: ProbeResult, findings: Findings): { verdict: Verdict; cause: Cause | null } {
  const { fault, denied } = findings;
  if (fault === 'not_found') return { verdict: 'unusable', cause: 'deletion_scheduled' };
  const cause = causeByState[stateOf(probe.metadata)] ?? probe.unusable;
  if (cause) return { verdict: 'unusable', cause };
  if (isLost(findings)) return { verdict: 'unusable', cause: 'access_denied' };
  if (fault) return { verdict: 'unusable', cause: null };
  if (denied.length > 0 && probe.actions.Decrypt === 'allowed') return { verdict: 'degraded', cause: null };
  if (isUnanswered(probe))
    return { verdict: 'unknown', cause: unknownByState[stateOf(probe.metadata)] ?? probe.unknown ?? 'kms_unreachable' };
  return { verdict: 'usable', cause: null };
}

const isLost = ({ denied, strict }: Findings): boolean => denied.includes('Decrypt') || (strict && denied.length > 0);

const isUnanswered = ({ unknown, actions }: ProbeResult): boolean =>
  unknown !== null || neededActions.some((action) => actions[action] === 'unknown' && !byService.includes(action));

function warningsOf(probe: ProbeResult, arn: string, parties: PolicyParties): Warning[] {
  const warnings = [...denyWarnings(probe, { arn, platform: parties.platform }), ...rotationWarnings(probe, arn)];
  if (probe.foreignContext === 'allowed') {
    warnings.push({
      code: 'ownership_unproven',
      detail:
        'The key policy lets any team of the platform use the key. Bind it to your team by the encryption context.',
      fix: JSON.stringify({ Condition: { StringEquals: { 'kms:EncryptionContext:latchkey:team': parties.teamId } } }),
    });
  }
  return warnings;
}

/**
 * Rotation is irrelevant for a key that cannot encrypt databases. Source of what rotates: KMS API reference,
 * "EnableKeyRotation".
 */
function rotationWarnings({ rotation, actions, metadata }: ProbeResult, arn: string): Warning[] {
  if (metadata?.KeySpec !== undefined && metadata.KeySpec !== 'SYMMETRIC_DEFAULT') return [];
  if (rotation === true || actions.DescribeKey !== 'allowed') return [];
  if (metadata?.Origin !== undefined && metadata.Origin !== 'AWS_KMS') {
    const detail = `AWS rotates no key whose material it did not make; this key's origin is ${metadata.Origin}.`;
    return [
      {
        code: 'rotation_off',
        detail,
        fix: 'Rotate it by hand, or use a key that aws kms create-key makes without --origin.',
      },
    ];
  }
  if (rotation === false) {
    const detail = "The key's material never rotates. AWS rotates it yearly once rotation is on.";
    return [
      {
        code: 'rotation_off',
        detail,
        fix: kmsCommand('enable-key-rotation', arn),
      },
    ];
  }
  const detail = 'The key policy does not let the platform read whether the key rotates.';
  return [
    {
      code: 'rotation_unknown',
      detail,
      fix: 'Add kms:GetKeyRotationStatus to the statement that allows kms:DescribeKey.',
    },
  ];
}
