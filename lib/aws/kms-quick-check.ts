/**
 * The sweep's checks of a key: its canary alone, or the canary and each other action that may be tried each minute.
 * Cryptographic operations have a quota of at least 20,000 a second, DescribeKey of 2,000, but CreateGrant only of 50,
 * which the starts of servers need (KMS developer guide, "Request quotas"; design note 027).
 */
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import type { Context } from '#lib/model/key.ts';
import type { QuickCheck } from '#lib/model/key-probe.ts';
import { controlPlaneKms } from './kms.ts';
import { type Attempt, attempt } from './kms-attempt.ts';
import { bareDataKey, dataKey, decryption, encryption, reEncryption } from './kms-probe-commands.ts';

type Call = () => Promise<Attempt<unknown>>;

/** Never throws: an action that KMS did not response for is `unknown`. */
export async function quickCheck(keyArn: string, canary: string, context: Context): Promise<QuickCheck> {
  const kms = controlPlaneKms();
  const dry = { keyArn, context, dryRun: true };
  const opened = { keyArn, context, ciphertext: Buffer.from(canary, 'base64') };
  const calls: Readonly<Record<keyof QuickCheck, Call>> = {
    DescribeKey: () => attempt({ call: 'DescribeKey' }, () => kms.send(new DescribeKeyCommand({ KeyId: keyArn }))),
    Encrypt: () => attempt({ call: 'Encrypt', dryRun: true }, () => kms.send(encryption(dry))),
    Decrypt: () => attempt({ call: 'Decrypt', of: 'canary' }, () => kms.send(decryption(opened))),
    ReEncrypt: () => attempt({ call: 'ReEncrypt', dryRun: true }, () => kms.send(reEncryption(opened))),
    GenerateDataKey: () => attempt({ call: 'GenerateDataKey', dryRun: true }, () => kms.send(dataKey(dry))),
    GenerateDataKeyWithoutPlaintext: () =>
      attempt({ call: 'GenerateDataKeyWithoutPlaintext', dryRun: true }, () => kms.send(bareDataKey(dry))),
  };
  const states = await Promise.all(
    Object.entries(calls).map(async ([action, call]) => [action, (await call()).state] as const),
  );
  return Object.fromEntries(states) as QuickCheck;
}

export async function opensCanary(
  keyArn: string,
  canary: string,
  context: Context,
): Promise<null | 'refused' | 'unknown'> {
  const command = decryption({ keyArn, context, ciphertext: Buffer.from(canary, 'base64') });
  const { state, unknown } = await attempt({ call: 'Decrypt', of: 'canary' }, () => controlPlaneKms().send(command));
  if (state === 'allowed') return null;
  return unknown ? 'unknown' : 'refused';
}
