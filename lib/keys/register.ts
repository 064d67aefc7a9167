/** Registering a key: a full check first, and then the ARN is the team's. */
import type { Clock } from '#lib/clock.ts';
import type { NewId } from '#lib/ids.ts';
import { foundCause } from '#lib/lockouts/present-cause.ts';
import type { Record } from '#lib/outbox/record.ts';
import { Problem } from '#lib/problem.ts';
import { type KeyRef, keyCreated } from '#lib/store/keys.ts';
import type { Actor } from '#lib/timeline/entry.ts';
import { type KeyArn, parseKeyArn, partitionOf } from './arn.ts';
import { judge } from './check.ts';
import { type Cause, type Check, type Key, teamContext } from './key.ts';
import type { Probe } from './probe.ts';
import { remedyLine } from './remedy.ts';

export interface KeySettings {
  readonly region: string;
  readonly platformAccountId: string;
  readonly requireOwnershipProof: boolean;
}

export interface RegisterDeps {
  readonly keyById: (teamId: string, id: string) => Promise<Key | null>;
  readonly ownerOf: (arn: string) => Promise<KeyRef | null>;
  readonly probe: Probe['probe'];
  readonly record: Record;
  readonly settings: () => KeySettings;
  readonly newId: NewId;
  readonly now: Clock;
}

export interface Registration {
  readonly teamId: string;
  readonly arn: string;
  readonly actor: Actor;
}

/**
 * The team's key of this ARN, registered now if it wasn't. Throws `invalid_request` for what is no key ARN, `key_rejected` with the check for a
 * key that can't be used, `key_taken` for another team's.
 */
export const registerKey =
  (deps: RegisterDeps) =>
  async ({ teamId, arn: text, actor }: Registration): Promise<{ key: Key; isNew: boolean }> => {
    const arn = parseKeyArn(text);
    const settings = deps.settings();
    refuseForeignPlace(arn, settings);
    const owner = await deps.ownerOf(arn.arn);
    if (owner) return { key: await ownKey(deps, teamId, owner), isNew: false };
    const at = deps.now();
    const parties = { customer: arn.accountId, platform: settings.platformAccountId, partition: arn.partition, teamId };
    const probed = await deps.probe(arn.arn, teamContext(teamId));
    const check = judge(probed, { arn: arn.arn, at, parties });
    refuseUnfit(arn.arn, check, settings);
    const key: Key = {
      id: deps.newId('key'),
      teamId,
      arn: arn.arn,
      status: check.verdict,
      check,
      canary: probed.canary,
      lockoutId: null,
      databases: 0,
      createdAt: at.toISOString(),
      version: 1,
    };
    const data = { arn: key.arn, warnings: check.warnings.map(({ code }) => code) };
    await deps.record({
      teamId,
      at,
      changes: keyCreated(key),
      entries: [{ type: 'KeyRegistered', actor, subject: { keyId: key.id }, data }],
    });
    return { key, isNew: true };
  };

async function ownKey(deps: RegisterDeps, teamId: string, owner: KeyRef): Promise<Key> {
  const key = owner.teamId === teamId ? await deps.keyById(teamId, owner.keyId) : null;
  if (key) return key;
  throw new Problem(
    'key_taken',
    'This key is registered by another team. Use a key of your own, or ask the operator if you believe that it is yours.',
  );
}

function refuseForeignPlace({ arn, partition, region, accountId }: KeyArn, settings: KeySettings): void {
  const own = partitionOf(settings.region);
  if (partition !== own) {
    throw new Problem(
      'key_rejected',
      `The key is in the AWS partition ${partition}, and this platform is in ${own}. Accounts of one partition cannot use a key of another: create a key in ${settings.region}.`,
      { fault: 'wrong_partition', fix: `aws kms create-key --region ${settings.region}` },
    );
  }
  if (region !== settings.region) {
    throw new Problem(
      'key_rejected',
      `The key is in ${region}, but databases run in ${settings.region}, and a volume's key must be in its region. Create a key in ${settings.region}.`,
      {
        fault: 'wrong_region',
        fix: `aws kms create-key --region ${settings.region}`,
      },
    );
  }
  if (accountId === settings.platformAccountId) {
    throw new Problem('key_rejected', `The key ${arn} is in the platform's own account. A customer key lives in the customer's account.`, {
      fault: 'wrong_account',
    });
  }
}

const faults: Readonly<{ [F in NonNullable<Check['fault']>]: string }> = {
  not_found: 'KMS knows no such key. Check the account, the region and the id.',
  not_symmetric: 'The key is not symmetric. Volumes and backups need a SYMMETRIC_DEFAULT key: create one with aws kms create-key.',
  wrong_usage: "The key's usage is not ENCRYPT_DECRYPT, and a key's usage never changes. Create another with aws kms create-key.",
};

const causes: Readonly<{ [C in NonNullable<Check['cause']>]: string }> = {
  key_disabled: 'The key is disabled. Enable it with',
  deletion_scheduled: "The key's deletion is scheduled. Cancel it, then enable the key, with",
  material_expired: 'The key has no key material (PendingImport). Import it with aws kms import-key-material.',
  access_denied: 'The key policy does not allow all that a database needs. Add the missing statements with aws kms put-key-policy.',
  key_store_unavailable: "The key's custom key store does not answer. Reconnect it, then try again.",
  kms_unreachable: 'KMS gave no answer about the key. Try again.',
};

function refuseUnfit(arn: string, check: Check, { requireOwnershipProof }: KeySettings): void {
  if (check.fault) throw new Problem('key_rejected', faults[check.fault], { arn, fault: check.fault, check });
  if (check.verdict === 'unknown') throw new Problem('unavailable', causes[check.cause ?? 'kms_unreachable'], { arn, cause: check.cause });
  if (check.cause) {
    throw new Problem('key_rejected', causeDetail(arn, check, check.cause), { arn, cause: check.cause, fixes: check.fixes, check });
  }
  if (requireOwnershipProof && check.ownership !== 'proven') {
    const fix = check.warnings.find(({ code }) => code === 'ownership_unproven')?.fix;
    throw new Problem(
      'key_rejected',
      'The key policy does not bind the key to your team, and this platform insists on it. Fetch the policy for your team from /v1/key-policy with your token.',
      {
        arn,
        fault: 'ownership_unproven',
        fix,
        check,
      },
    );
  }
}

function causeDetail(arn: string, check: Check, cause: Cause): string {
  if (cause === 'access_denied') return deniedDetail(check);
  return [causes[cause], remedyLine({ arn, present: foundCause(check), statements: [] }) ?? ''].join(' ').trim();
}

/** Across accounts KMS refuses a key that is not there and one whose policy lets nobody in with the same `AccessDeniedException`. */
function deniedDetail({ actions, fixes }: Check): string {
  const nothingAllowed = Object.values(actions).every((state) => state !== 'allowed');
  const perhapsAbsent =
    'KMS refuses everything on this key, as it does for one that is not there. Check the account, the region and the id.';
  const denied = fixes.map(({ action }) => `kms:${action}`).join(', ');
  return [...(nothingAllowed ? [perhapsAbsent] : []), causes.access_denied, `Denied: ${denied}.`].join(' ');
}
