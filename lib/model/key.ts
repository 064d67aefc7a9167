/** A customer-managed KMS key, known by its full ARN, and what a check of it says. */
import type { DrillPeriod, LastDrill } from './drill-state.ts';
import type { ReadinessSince } from './readiness/codes.ts';
import type { ReadinessFacts, Sibling } from './readiness/facts.ts';
import type { NotifiedWarnings } from './warnings/notified.ts';

/** KMS's response for each needed action. `unknown`: there was no conclusive response. */
export type ActionState = 'allowed' | 'denied' | 'unknown';

/**
 * Why KMS denies a call: by a Deny, for lack of an Allow, `unsaid`, which is all that another account learns about a
 * key policy, or `unexplained`, without a reason.
 */
export type Denial = 'explicit' | 'implicit' | 'unsaid' | 'unexplained';

/**
 * The KMS actions that a database's life needs (AWS: key policies for EBS and S3). `CreateGrant` means a grant for an
 * AWS resource.
 */
export const neededActions = [
  'DescribeKey',
  'Encrypt',
  'Decrypt',
  'ReEncrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'CreateGrant',
  'RevokeGrant',
] as const;

export type Action = (typeof neededActions)[number];

/**
 * Only the first four lock out; the others mean that KMS gave no conclusive response, the last of them because the
 * platform's own policies refuse its request.
 */
export const causes = [
  'key_disabled',
  'deletion_scheduled',
  'material_expired',
  'access_denied',
  'key_store_unavailable',
  'kms_unreachable',
  'platform_permission_missing',
] as const;

export type Cause = (typeof causes)[number];

/** `degraded`: Decrypt works, and KMS refuses another needed action (promise 10). */
export const verdicts = ['usable', 'degraded', 'unusable', 'unknown'] as const;
export type Verdict = (typeof verdicts)[number];

/** Whether databases under a key with this verdict serve, and may start. */
export const canServe = (verdict: Verdict): boolean => verdict === 'usable' || verdict === 'degraded';

/** A fault that makes a key unfit for any database, whatever its state. */
export type Fault = 'not_found' | 'not_symmetric' | 'wrong_usage';

export interface Warning {
  readonly code:
    | 'rotation_off'
    | 'rotation_unknown'
    | 'ownership_unproven'
    | 'explicit_deny'
    | 'explicit_deny_possible';
  readonly detail: string;
  /** A command or a policy statement that removes the warning. */
  readonly fix: string;
}

/** One call of a check. */
export interface CheckedCall {
  /** KMS's name of the operation. */
  readonly call: string;
  /** Whether the call was a dry run. */
  readonly dryRun: boolean;
  /**
   * `canary`: decrypts what the key encrypted when it was usable. `foreign_context`: under another team's
   * encryption context.
   */
  readonly of: 'canary' | 'foreign_context' | null;
  /**
   * AWS's error, as in `DisabledException`; null when there was none. `NotFoundException` of RevokeGrant says that it
   * is allowed.
   */
  readonly error: string | null;
  /** KMS's id of the request, which CloudTrail has too; null without a response. */
  readonly requestId: string | null;
}

export interface Check {
  readonly at: string;
  readonly actions: Readonly<Record<Action, ActionState>>;
  readonly verdict: Verdict;
  readonly cause: Cause | null;
  readonly fault: Fault | null;
  /** KMS's own word: `Enabled`, `Disabled`, `PendingDeletion` …; null when it could not be read. */
  readonly keyState: string | null;
  /** When KMS deletes the key, if that is scheduled (ISO 8601). */
  readonly deletionDate: string | null;
  readonly rotation: boolean | null;
  /** When AWS rotates the material next (ISO 8601); null if KMS names no date. Not set for older checks. */
  readonly nextRotationAt?: string | null;
  /** When imported material expires (ISO 8601); null for material that does not. Not set for older checks. */
  readonly validTo?: string | null;
  /** As the key's owner describes it; the last known one where DescribeKey is refused. Not set for older checks. */
  readonly description?: string | null;
  readonly ownership: 'proven' | 'unproven' | 'unknown';
  readonly warnings: readonly Warning[];
  /** The statements to add to the key's policy: for each denied action its own, and those that no check can try. */
  readonly fixes: readonly { readonly action: Action; readonly statement: PolicyStatement }[];
  /** Every call of it; not set for one that was made before these were kept. */
  readonly calls?: readonly CheckedCall[];
}

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal: { readonly AWS: string };
  readonly Action: readonly string[] | string;
  readonly Resource: '*';
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface AwaitedDrill {
  readonly drillId: string;
  /** The fork, the only database under the drill key. */
  readonly databaseId: string;
  /** The key whose revocation is rehearsed. */
  readonly keyId: string;
  readonly waitingPeriodMinutes: number;
}

export interface Key {
  readonly id: string;
  readonly teamId: string;
  readonly arn: string;
  readonly status: Verdict;
  readonly check: Check;
  /** A ciphertext that only this key opens, under the team's context: decrypting it is the sweep's probe (base64). */
  readonly canary: string | null;
  /** The open lockout, if there is one. */
  readonly lockoutId: string | null;
  /** How many databases use the key. */
  readonly databases: number;
  /** Whether any refused action counts as the loss of the key (promise 10). Not set means false. */
  readonly strict?: boolean;
  /**
   * Since when news of it is proven to arrive (ISO 8601), as the timeline tells it; null, or not set, while it is
   * not.
   */
  readonly eventsProvenSince?: string | null;
  /** The notified early warnings. */
  readonly notifiedWarnings?: NotifiedWarnings;
  /** The real drill that waits for this key's owner to disable it; not set for a key that protects data. */
  readonly drill?: AwaitedDrill;
  readonly lastDrill?: LastDrill;
  /** Of the key's drill schedule; not set without one. */
  readonly drillEvery?: DrillPeriod;
  /** The related keys of a multi-Region key; empty for any other. Not set before the first full check. */
  readonly siblings?: readonly Sibling[];
  /** What full checks collected for the key's readiness. Not set before the first one. */
  readonly facts?: ReadinessFacts;
  readonly readinessSince?: ReadinessSince;
  readonly createdAt: string;
  readonly version: number;
}

/** The encryption context that binds every use of a key to its team, and to the database where there is one. */
export const teamContext = (teamId: string): Record<string, string> => ({ 'latchkey:team': teamId });

export const databaseContext = (teamId: string, databaseId: string): Record<string, string> => ({
  ...teamContext(teamId),
  'latchkey:database': databaseId,
});

export interface KeyRef {
  readonly teamId: string;
  readonly keyId: string;
}

/** A key and the team that uses it. An ARN alone is ambiguous: after a take-over, rows of both teams have it. */
export interface KeyUse {
  readonly teamId: string;
  readonly keyArn: string;
}

export type Context = Record<string, string>;
