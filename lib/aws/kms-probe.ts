/**
 * Probing a key: what each needed action answers, by DryRun where KMS has it and by real calls where only those tell the truth (a key
 * whose key store is gone reads `Enabled` until it's used). A policy can't be read across accounts, only tried.
 */
import {
  CreateGrantCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GetKeyRotationStatusCommand,
  type KeyMetadata,
  type KMSClient,
  ReEncryptCommand,
  RevokeGrantCommand,
} from '@aws-sdk/client-kms';
import { dataPlaneConfig } from '#lib/config.ts';
import type { ActionState, Cause } from '#lib/keys/key.ts';
import type { Probe, ProbeResult } from '#lib/keys/probe.ts';
import { type Context, controlPlaneKms, dataPlaneKms } from './kms.ts';
import { actionState, kmsFailure } from './kms-errors.ts';

const sample = Buffer.from('latchkey');
const foreignContext: Context = { 'latchkey:team': 'a-team-that-does-not-exist' };

export const keyProbe = (): Probe => ({ probe, opensCanary });

/** Every action, in parallel; none of them changes anything. */
async function probe(keyArn: string, context: Context): Promise<ProbeResult> {
  const kms = controlPlaneKms();
  const [described, encrypted, dataKey, bareDataKey] = await Promise.all([
    describe(kms, keyArn),
    attempt(() => kms.send(new EncryptCommand({ KeyId: keyArn, Plaintext: sample, EncryptionContext: context }))),
    attempt(() => kms.send(new GenerateDataKeyCommand({ KeyId: keyArn, KeySpec: 'AES_256', EncryptionContext: context, DryRun: true }))),
    attempt(() => kms.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId: keyArn, KeySpec: 'AES_256', EncryptionContext: context }))),
  ]);
  const ciphertext = encrypted.answer?.CiphertextBlob ?? bareDataKey.answer?.CiphertextBlob;
  const [decrypted, reEncrypted, grant, revocation, foreign, rotation] = await Promise.all([
    attempt(() => kms.send(decryption({ keyArn, ciphertext, context }))),
    attempt(() => kms.send(reEncryption({ keyArn, ciphertext, context }))),
    grantState(keyArn, context),
    attempt(() => dataPlaneKms().send(new RevokeGrantCommand({ KeyId: keyArn, GrantId: absentGrant, DryRun: true }))),
    attempt(() => kms.send(new EncryptCommand({ KeyId: keyArn, Plaintext: sample, EncryptionContext: foreignContext, DryRun: true }))),
    attempt(() => kms.send(new GetKeyRotationStatusCommand({ KeyId: keyArn }))),
  ]);
  const attempts = [encrypted, dataKey, bareDataKey, decrypted, reEncrypted];
  return {
    metadata: described.metadata,
    found: described.found || attempts.some(({ state }) => state === 'allowed'),
    actions: {
      DescribeKey: described.state,
      Encrypt: encrypted.state,
      Decrypt: decrypted.state,
      ReEncrypt: reEncrypted.state,
      GenerateDataKey: dataKey.state,
      GenerateDataKeyWithoutPlaintext: bareDataKey.state,
      CreateGrant: grant,
      RevokeGrant: revocation.missing ? 'allowed' : unlessByService(revocation.state),
    },
    unusable: attempts.map(({ unusable }) => unusable).find((cause) => cause !== null) ?? null,
    unknown: attempts.map(({ unknown }) => unknown).find((cause) => cause !== null) ?? null,
    rotation: rotation.answer?.KeyRotationEnabled ?? null,
    foreignContext: foreign.state,
    canary: encrypted.answer?.CiphertextBlob ? Buffer.from(encrypted.answer.CiphertextBlob).toString('base64') : null,
  };
}

/** The sweep's probe: one real Decrypt. Null when it worked, else what stood in the way. */
async function opensCanary(keyArn: string, canary: string, context: Context): Promise<null | 'refused' | 'unknown'> {
  const { state, unknown } = await attempt(() =>
    controlPlaneKms().send(
      new DecryptCommand({ KeyId: keyArn, CiphertextBlob: Buffer.from(canary, 'base64'), EncryptionContext: context }),
    ),
  );
  if (state === 'allowed') return null;
  return unknown ? 'unknown' : 'refused';
}

/** 64 hex digits, as KMS makes them, of a grant that nobody has. */
const absentGrant = '0'.repeat(64);

interface Attempt<T> {
  readonly answer: T | null;
  readonly state: ActionState;
  readonly missing: boolean;
  readonly unusable: Cause | null;
  readonly unknown: Cause | null;
}

/** One call. `DryRunOperationException` is KMS's way to say that it would have worked. */
async function attempt<T>(call: () => Promise<T>): Promise<Attempt<T>> {
  const nothing = { answer: null, missing: false, unusable: null, unknown: null };
  try {
    return { ...nothing, answer: await call(), state: 'allowed' };
  } catch (error) {
    if (error instanceof Error && error.name === 'DryRunOperationException') return { ...nothing, state: 'allowed' };
    const failure = kmsFailure(error);
    return {
      ...nothing,
      state: actionState(failure),
      missing: failure.kind === 'not_found',
      unusable: failure.kind === 'unusable' ? failure.cause : null,
      unknown: failure.kind === 'unknown' ? failure.cause : null,
    };
  }
}

async function describe(kms: KMSClient, keyArn: string): Promise<{ metadata: KeyMetadata | null; state: ActionState; found: boolean }> {
  const { answer, state, missing } = await attempt(() => kms.send(new DescribeKeyCommand({ KeyId: keyArn })));
  return { metadata: answer?.KeyMetadata ?? null, state, found: !missing };
}

/**
 * A policy may allow grants, and their end, for AWS resources only (`kms:GrantIsForAWSResource`, the console's default): then a direct call is refused though
 * the data plane's is not. Where the deployment has no principal of its own for the data plane, a refusal proves nothing.
 */
async function grantState(keyArn: string, context: Context): Promise<ActionState> {
  const { DATA_PLANE_ROLE_ARN } = dataPlaneConfig();
  const { state } = await attempt(() =>
    dataPlaneKms().send(
      new CreateGrantCommand({
        KeyId: keyArn,
        GranteePrincipal: DATA_PLANE_ROLE_ARN,
        Operations: ['Decrypt', 'GenerateDataKey'],
        Constraints: { EncryptionContextSubset: context },
        DryRun: true,
      }),
    ),
  );
  return unlessByService(state);
}

const unlessByService = (state: ActionState): ActionState =>
  state === 'denied' && !dataPlaneConfig().DATA_PLANE_ACCESS_KEY_ID ? 'unknown' : state;

interface Sample {
  readonly keyArn: string;
  readonly ciphertext: Uint8Array | undefined;
  readonly context: Context;
}

const decryption = ({ keyArn, ciphertext, context }: Sample) =>
  ciphertext
    ? new DecryptCommand({ KeyId: keyArn, CiphertextBlob: ciphertext, EncryptionContext: context })
    : new DecryptCommand({ KeyId: keyArn, EncryptionContext: context, DryRun: true, DryRunModifiers: ['IGNORE_CIPHERTEXT'] });

const reEncryption = ({ keyArn, ciphertext, context }: Sample) =>
  new ReEncryptCommand({
    SourceKeyId: keyArn,
    DestinationKeyId: keyArn,
    SourceEncryptionContext: context,
    DestinationEncryptionContext: context,
    DryRun: true,
    ...(ciphertext ? { CiphertextBlob: ciphertext } : { DryRunModifiers: ['IGNORE_CIPHERTEXT'] }),
  });
