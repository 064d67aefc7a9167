/** Registers a key for a team, after a full check. */

import { retryOnConflict } from '#lib/model/conflict.ts';
import { keyCompleted, keyCreated, keyTaken } from '#lib/model/items/keys.ts';
import { type Cause, type Check, type Key, neededActions, teamContext } from '#lib/model/key.ts';
import { type KeyArn, parseKeyArn, partitionOf } from '#lib/model/key-arn.ts';
import { judge } from '#lib/model/key-check.ts';
import type { PolicyParties } from '#lib/model/key-policy.ts';
import type { Needs } from '#lib/model/ports.ts';
import { foundCause } from '#lib/model/present-cause.ts';
import { Problem } from '#lib/model/problem.ts';
import type { Registration } from '#lib/model/registration.ts';
import { remedyLine } from '#lib/model/remedy.ts';
import { isRefused, passKey, type TakeOverDeps, unusedKey } from './take-over.ts';

export interface KeySettings {
  readonly region: string;
  readonly platformAccountId: string;
  readonly requireOwnershipProof: boolean;
}

export type RegisterDeps = TakeOverDeps &
  Needs<'ownerOf' | 'newId'> & {
    readonly settings: () => KeySettings;
  };

interface Registered {
  readonly key: Key;
  readonly isNew: boolean;
}

/**
 * Returns the team's key of this ARN, which is registered if it is not yet. Throws `invalid_request` for an invalid
 * ARN; `key_rejected`, with the check, for an unusable key; `quota_exceeded`; and `key_taken` for another team's key,
 * unless that team has nothing under it, is refused by KMS, and the key is bound to this team. Repeated if the holder's
 * key changes concurrently; throws `version_mismatch` after five such conflicts.
 */
export const registerKey =
  (deps: RegisterDeps) =>
  async ({ teamId, arn: text, actor }: Registration): Promise<Registered> => {
    const arn = parseKeyArn(text);
    assertOwnPlace(arn, deps.settings());
    return retryOnConflict(() => registerOnce(deps, { teamId, arn, actor }));
  };

/**
 * As `registerKey`, but also checks a key that the team has registered. Throws what the registration of a new key
 * throws.
 */
export const registerCheckedKey = (deps: RegisterDeps) => {
  const register = registerKey(deps);
  return async (registration: Registration): Promise<Registered> => {
    const registered = await register(registration);
    const { key, isNew } = registered;
    if (!isNew) assertFit(key.arn, (await checkOf(deps, key.teamId, key)).check, deps.settings());
    return registered;
  };
};

/** Asks KMS with the team's encryption context, and judges its responses. */
async function checkOf(deps: RegisterDeps, teamId: string, { arn, canary }: Pick<Key, 'arn'> & Partial<Key>) {
  const { accountId: customer, partition } = parseKeyArn(arn);
  const at = deps.now();
  const parties: PolicyParties = { customer, platform: deps.settings().platformAccountId, partition, teamId };
  const probed = await deps.probe(arn, teamContext(teamId), canary);
  return { at, parties, probed, check: judge(probed, { arn, at, parties }) };
}

async function registerOnce(
  deps: RegisterDeps,
  { teamId, arn, actor }: Omit<Registration, 'arn'> & { readonly arn: KeyArn },
): Promise<Registered> {
  const settings = deps.settings();
  const { known, keyId, holder } = await claimOn(deps, teamId, arn.arn);
  if (known) return { key: known, isNew: false };
  const { at, parties, probed, check } = await checkOf(deps, teamId, arn);
  if (holder) await assertPrecedence(deps, holder, { check, parties });
  else assertFit(arn.arn, check, settings);
  const key = newKey({ id: keyId ?? deps.newId('key'), teamId, check, canary: probed.canary, arn: arn.arn, at });
  if (holder) await passKey(deps, holder, { teamId, keyId: key.id });
  const data = { arn: key.arn, warnings: check.warnings.map(({ code }) => code) };
  await deps.commit({
    teamId,
    at,
    changes: holder || keyId ? keyCompleted(key) : keyCreated(key),
    entries: [{ type: 'KeyRegistered', actor, subject: { keyId: key.id }, data }],
  });
  return { key, isNew: true };
}

const newKey = ({
  check,
  at,
  ...its
}: Pick<Key, 'id' | 'teamId' | 'arn' | 'check' | 'canary'> & { readonly at: Date }): Key => ({
  ...its,
  check,
  status: check.verdict,
  lockoutId: null,
  databases: 0,
  createdAt: at.toISOString(),
  version: 1,
});

interface Claim {
  /** The team's own key. */
  readonly known: Key | null;
  /** Set if the team owns the ARN but has no key row, because a take-over was interrupted. */
  readonly keyId: string | null;
  /** Another team's key that the team may take over. */
  readonly holder: Key | null;
}

/** Throws `key_taken` for a key that another team uses. */
async function claimOn(deps: RegisterDeps, teamId: string, arn: string): Promise<Claim> {
  const owner = await deps.ownerOf(arn);
  if (!owner) return { known: null, keyId: null, holder: null };
  if (owner.teamId === teamId)
    return { known: await deps.keyById(teamId, owner.keyId), keyId: owner.keyId, holder: null };
  const holder = await unusedKey(deps, owner);
  if (!holder) throw keyTaken();
  return { known: null, keyId: null, holder };
}

/** Throws `key_taken`, with the same text for every reason, so that other teams learn nothing about the holder. */
async function assertPrecedence(
  deps: RegisterDeps,
  holder: Key,
  { check, parties }: { check: Check; parties: PolicyParties },
): Promise<void> {
  const isFit = check.verdict === 'usable' && check.fault === null && check.cause === null;
  if (isFit && check.ownership === 'proven' && (await isRefused(deps, holder, parties))) return;
  throw keyTaken();
}

function assertOwnPlace({ arn, partition, region, accountId }: KeyArn, settings: KeySettings): void {
  const own = partitionOf(settings.region);
  if (partition !== own) {
    throw new Problem(
      'key_rejected',
      `The key is in the AWS partition ${partition}, and this platform is in ${own}. Accounts of one ` +
        `partition cannot use a key of another: create a key in ${settings.region}.`,
      { fault: 'wrong_partition', fix: `aws kms create-key --region ${settings.region}` },
    );
  }
  if (region !== settings.region) {
    throw new Problem(
      'key_rejected',
      `The key is in ${region}, but databases run in ${settings.region}, and a volume's key must be in ` +
        `its region. Create a key in ${settings.region}.`,
      { fault: 'wrong_region', fix: `aws kms create-key --region ${settings.region}` },
    );
  }
  if (accountId === settings.platformAccountId) {
    throw new Problem(
      'key_rejected',
      `The key ${arn} is in the platform's own account. A customer key lives in the customer's account.`,
      { fault: 'wrong_account' },
    );
  }
}

const faults: Readonly<{ [F in NonNullable<Check['fault']>]: string }> = {
  not_found: 'KMS knows no such key. Check the account, the region and the id.',
  not_symmetric:
    'The key is not symmetric. Volumes and backups need a SYMMETRIC_DEFAULT key: create one with aws kms create-key.',
  wrong_usage:
    "The key's usage is not ENCRYPT_DECRYPT, and a key's usage never changes. Create another with aws kms create-key.",
};

const causes: Readonly<{ [C in NonNullable<Check['cause']>]: string }> = {
  key_disabled: 'The key is disabled. Enable it with',
  deletion_scheduled: "The key's deletion is scheduled. Cancel it, then enable the key, with",
  material_expired: 'The key has no key material (PendingImport). Import it with aws kms import-key-material.',
  access_denied:
    'The key policy does not allow all that a database needs. Add the missing statements with aws kms put-key-policy.',
  key_store_unavailable: "The key's custom key store does not answer. Reconnect it, then try again.",
  kms_unreachable: 'KMS did not respond to the check of the key. Try again.',
  platform_permission_missing:
    'Latchkey lacks a permission of its own and cannot check the key. Nothing is wrong with the key. Try again later.',
};

function assertFit(arn: string, check: Check, { requireOwnershipProof }: KeySettings): void {
  if (check.fault) throw new Problem('key_rejected', faults[check.fault], { arn, fault: check.fault, check });
  if (check.verdict === 'unknown')
    throw new Problem('unavailable', causes[check.cause ?? 'kms_unreachable'], { arn, cause: check.cause });
  // A new key must allow every action: nothing under it would go on serving.
  const cause = check.verdict === 'degraded' ? 'access_denied' : check.cause;
  if (cause) {
    throw new Problem('key_rejected', causeDetail(arn, check, cause), { arn, cause, fixes: check.fixes, check });
  }
  if (requireOwnershipProof && check.ownership !== 'proven') {
    const fix = check.warnings.find(({ code }) => code === 'ownership_unproven')?.fix;
    throw new Problem(
      'key_rejected',
      'The key policy does not bind the key to your team, and this platform requires it. Fetch the ' +
        'policy for your team from /v1/key-policy with your token.',
      { arn, fault: 'ownership_unproven', fix, check },
    );
  }
}

function causeDetail(arn: string, check: Check, cause: Cause): string {
  if (cause === 'access_denied') return deniedDetail(check);
  return [causes[cause], remedyLine({ arn, present: foundCause(check), statements: [] }) ?? ''].join(' ').trim();
}

/**
 * Across accounts, KMS returns the same `AccessDeniedException` for a missing key and for a key policy without
 * access.
 */
function deniedDetail({ actions, warnings }: Check): string {
  const nothingAllowed = Object.values(actions).every((state) => state !== 'allowed');
  const perhapsAbsent =
    'KMS refuses every action on this key, as it does for a missing key. Check the account, the region and the id.';
  const denied = neededActions.filter((action) => actions[action] === 'denied').map((action) => `kms:${action}`);
  const denies = warnings.filter(({ code }) => code.startsWith('explicit_deny')).map(({ detail }) => detail);
  return [
    ...(nothingAllowed ? [perhapsAbsent] : []),
    causes.access_denied,
    `Denied: ${denied.join(', ')}.`,
    ...denies,
  ].join(' ');
}
