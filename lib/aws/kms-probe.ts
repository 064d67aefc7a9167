/**
 * Probes a key with each action that Latchkey needs: by DryRun where KMS has it, and by real calls where only those are
 * conclusive (a key whose key store was deleted reads `Enabled` until it is used). Policies of other accounts cannot be
 * read.
 */
import {
  CreateGrantCommand,
  DescribeKeyCommand,
  GetKeyRotationStatusCommand,
  type GetKeyRotationStatusCommandOutput,
  RevokeGrantCommand,
} from '@aws-sdk/client-kms';
import { dataPlaneConfig } from '#lib/config.ts';
import { type Action, type ActionState, type CheckedCall, type Context, neededActions } from '#lib/model/key.ts';
import type { Probe, ProbeResult } from '#lib/model/key-probe.ts';
import { controlPlaneKms, dataPlaneKms } from './kms.ts';
import { type Attempt, attempt } from './kms-attempt.ts';
import { bareDataKey, dataKey, decryption, encryption, reEncryption } from './kms-probe-commands.ts';
import { opensCanary, quickCheck } from './kms-quick-check.ts';

const foreignContext: Context = { 'latchkey:team': 'a-team-that-does-not-exist' };

export const keyProbe = (): Probe => ({ probe, opensCanary, quickCheck });

/**
 * Tries every action, in parallel, without changing anything. Decrypt is real: of a fresh ciphertext, or of the canary
 * if Encrypt is denied, because a dry run does not detect a disabled key.
 */
async function probe(keyArn: string, context: Context, canary?: string | null): Promise<ProbeResult> {
  const kms = controlPlaneKms();
  const use = { keyArn, context, dryRun: false };
  const [described, encrypted, generated, generatedBare] = await Promise.all([
    attempt({ call: 'DescribeKey' }, () => kms.send(new DescribeKeyCommand({ KeyId: keyArn }))),
    attempt({ call: 'Encrypt' }, () => kms.send(encryption(use))),
    attempt({ call: 'GenerateDataKey', dryRun: true }, () => kms.send(dataKey({ ...use, dryRun: true }))),
    attempt({ call: 'GenerateDataKeyWithoutPlaintext' }, () => kms.send(bareDataKey(use))),
  ]);
  const { ciphertext, of } = toDecrypt(
    encrypted.response?.CiphertextBlob ?? generatedBare.response?.CiphertextBlob,
    canary,
  );
  const another = { keyArn, context: foreignContext, dryRun: true };
  const [decrypted, reEncrypted, grants, foreign, rotation] = await Promise.all([
    attempt({ call: 'Decrypt', dryRun: !ciphertext, of }, () => kms.send(decryption({ keyArn, ciphertext, context }))),
    attempt({ call: 'ReEncrypt', dryRun: true }, () => kms.send(reEncryption({ keyArn, ciphertext, context }))),
    tryGrants(keyArn, context),
    attempt({ call: 'Encrypt', dryRun: true, of: 'foreign_context' }, () => kms.send(encryption(another))),
    attempt({ call: 'GetKeyRotationStatus' }, () => kms.send(new GetKeyRotationStatusCommand({ KeyId: keyArn }))),
  ]);
  const attempts = [encrypted, generated, generatedBare, decrypted, reEncrypted];
  const calls = [described, ...attempts, ...grants.attempts, foreign, rotation].map(({ call }): CheckedCall => call);
  return {
    metadata: described.response?.KeyMetadata ?? null,
    found: !described.missing || attempts.some(({ state }) => state === 'allowed'),
    ...actionStates({
      DescribeKey: described,
      Encrypt: encrypted,
      Decrypt: decrypted,
      ReEncrypt: reEncrypted,
      GenerateDataKey: generated,
      GenerateDataKeyWithoutPlaintext: generatedBare,
      ...grants.tried,
    }),
    ...failureCauses(attempts, described),
    ...rotationOf(rotation.response),
    foreignContext: foreign.state,
    canary: encodeCanary(encrypted.response?.CiphertextBlob),
    calls,
  };
}

const rotationOf = (response: GetKeyRotationStatusCommandOutput | null) => ({
  rotation: response?.KeyRotationEnabled ?? null,
  nextRotationAt: response?.NextRotationDate ?? null,
});

const toDecrypt = (fresh: Uint8Array | undefined, canary: string | null | undefined) =>
  fresh || !canary
    ? { ciphertext: fresh, of: null }
    : { ciphertext: Buffer.from(canary, 'base64'), of: 'canary' as const };

const encodeCanary = (blob: Uint8Array | undefined): string | null =>
  blob ? Buffer.from(blob).toString('base64') : null;

/**
 * The first cause among the failed calls; a permission that the platform lacks before other reasons for no response.
 */
function failureCauses(
  attempts: readonly Attempt<unknown>[],
  described: Attempt<unknown>,
): Pick<ProbeResult, 'unusable' | 'unknown'> {
  const unknown = [...attempts, described].flatMap((each) => each.unknown ?? []);
  return {
    unusable: attempts.find(({ unusable }) => unusable)?.unusable ?? null,
    unknown: unknown.find((cause) => cause === 'platform_permission_missing') ?? unknown[0] ?? null,
  };
}

type AttemptByAction = Readonly<Partial<Record<Action, Attempt<unknown>>>>;

/**
 * An action without a call is unknown. So is one that KMS denied without a reason while the platform's own policies
 * refused another: all actions share one right. `RevokeGrant` is allowed if KMS responds that the grant does not exist.
 */
function actionStates(tried: AttemptByAction): Pick<ProbeResult, 'actions' | 'denials'> {
  const isOwn = Object.values(tried).some(({ unknown }) => unknown === 'platform_permission_missing');
  const stateOf = ({ state, denial }: Attempt<unknown>): ActionState =>
    isOwn && denial === 'unexplained' ? 'unknown' : state;
  const actions = Object.fromEntries(
    neededActions.map((action) => {
      const made = tried[action];
      return [action, made ? stateOf(made) : 'unknown'];
    }),
  ) as ProbeResult['actions'];
  const denials = Object.fromEntries(
    Object.entries(tried).flatMap(([action, { denial }]) => (denial ? [[action, denial]] : [])),
  );
  return { actions: tried.RevokeGrant?.missing ? { ...actions, RevokeGrant: 'allowed' } : actions, denials };
}

/** An id in KMS's format (64 hex digits) that no grant has. */
const absentGrant = '0'.repeat(64);

interface GrantAttempts {
  readonly attempts: readonly Attempt<unknown>[];
  readonly tried: Readonly<Partial<Record<'CreateGrant' | 'RevokeGrant', Attempt<unknown>>>>;
}

/**
 * The handed-out policy allows grants for AWS resources only (`kms:GrantIsForAWSResource`), so a direct call is denied
 * although EC2's is allowed. Only a deployment with a separate data-plane principal tries grants; another would spend
 * the platform's CreateGrant quota, 50 per second, on calls that prove nothing.
 */
async function tryGrants(keyArn: string, context: Context): Promise<GrantAttempts> {
  if (!dataPlaneConfig().DATA_PLANE_ACCESS_KEY_ID) return { attempts: [], tried: {} };
  const [granted, revoked] = await Promise.all([
    attempt({ call: 'CreateGrant', dryRun: true }, () => dataPlaneKms().send(createGrantCommand(keyArn, context))),
    attempt({ call: 'RevokeGrant', dryRun: true }, () => dataPlaneKms().send(revokeGrantCommand(keyArn))),
  ]);
  return { attempts: [granted, revoked], tried: { CreateGrant: granted, RevokeGrant: revoked } };
}

const createGrantCommand = (keyArn: string, context: Context) =>
  new CreateGrantCommand({
    KeyId: keyArn,
    GranteePrincipal: dataPlaneConfig().DATA_PLANE_ROLE_ARN,
    Operations: ['Decrypt', 'GenerateDataKey'],
    Constraints: { EncryptionContextSubset: context },
    DryRun: true,
  });
const revokeGrantCommand = (keyArn: string) =>
  new RevokeGrantCommand({ KeyId: keyArn, GrantId: absentGrant, DryRun: true });
