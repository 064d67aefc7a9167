/**
 * What each state of a key forbids, and how it is said. Source: KMS guide, "Key states of AWS KMS keys"; the errors are
 * those of the API reference of each operation.
 */
import {
  CancelKeyDeletionCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  type KMSClient,
  ListGrantsCommand,
  PutKeyPolicyCommand,
  ReEncryptCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { platformAccount } from '../../test-support/accounts.ts';
import { type Case, type Contract, type Difference, refusal } from '../../test-support/contract.ts';

const Plaintext = Buffer.from('secret');

interface Subject {
  readonly KeyId: string;
  /** Encrypted under the key while it was enabled. */
  readonly CiphertextBlob: Uint8Array;
}

async function aKey(kms: KMSClient): Promise<Subject> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata?.Arn ?? '';
  const { CiphertextBlob = new Uint8Array() } = await kms.send(new EncryptCommand({ KeyId, Plaintext }));
  return { KeyId, CiphertextBlob };
}

type State = 'enabled' | 'disabled' | 'pending deletion' | 'cancelled';

const into: Readonly<Record<State, (kms: KMSClient, KeyId: string) => Promise<unknown>>> = {
  enabled: async () => {},
  disabled: (kms, KeyId) => kms.send(new DisableKeyCommand({ KeyId })),
  'pending deletion': (kms, KeyId) => kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 })),
  cancelled: async (kms, KeyId) => {
    await into['pending deletion'](kms, KeyId);
    await kms.send(new CancelKeyDeletionCommand({ KeyId }));
  },
};

type Operation = (kms: KMSClient, subject: Subject) => Promise<unknown>;

const Policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${platformAccount}:root` }, Action: 'kms:*', Resource: '*' },
  ],
});
const grantee = `arn:aws:iam::${platformAccount}:role/shop-data-plane`;

const operations: Readonly<Record<string, Operation>> = {
  Encrypt: (kms, { KeyId }) => kms.send(new EncryptCommand({ KeyId, Plaintext })),
  Decrypt: (kms, { CiphertextBlob }) => kms.send(new DecryptCommand({ CiphertextBlob })),
  ReEncrypt: (kms, { KeyId, CiphertextBlob }) =>
    kms.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: KeyId })),
  GenerateDataKey: (kms, { KeyId }) => kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' })),
  GenerateDataKeyWithoutPlaintext: (kms, { KeyId }) =>
    kms.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId, KeySpec: 'AES_256' })),
  CreateGrant: (kms, { KeyId }) =>
    kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal: grantee, Operations: ['Decrypt'] })),
  ListGrants: (kms, { KeyId }) => kms.send(new ListGrantsCommand({ KeyId })),
  DescribeKey: (kms, { KeyId }) => kms.send(new DescribeKeyCommand({ KeyId })),
  GetKeyPolicy: (kms, { KeyId }) => kms.send(new GetKeyPolicyCommand({ KeyId })),
  PutKeyPolicy: (kms, { KeyId }) => kms.send(new PutKeyPolicyCommand({ KeyId, Policy })),
  EnableKey: (kms, { KeyId }) => kms.send(new EnableKeyCommand({ KeyId })),
  DisableKey: (kms, { KeyId }) => kms.send(new DisableKeyCommand({ KeyId })),
  EnableKeyRotation: (kms, { KeyId }) => kms.send(new EnableKeyRotationCommand({ KeyId })),
  GetKeyRotationStatus: (kms, { KeyId }) => kms.send(new GetKeyRotationStatusCommand({ KeyId })),
  ScheduleKeyDeletion: (kms, { KeyId }) => kms.send(new ScheduleKeyDeletionCommand({ KeyId })),
  CancelKeyDeletion: (kms, { KeyId }) => kms.send(new CancelKeyDeletionCommand({ KeyId })),
};

const cryptographic = ['Encrypt', 'Decrypt', 'ReEncrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext'];
const each = (names: readonly string[], expected: string) => Object.fromEntries(names.map((name) => [name, expected]));

const table: Readonly<Record<State, Readonly<Record<string, string>>>> = {
  enabled: {
    ...each([...cryptographic, 'CreateGrant', 'ListGrants', 'DescribeKey', 'GetKeyPolicy', 'PutKeyPolicy'], 'accepted'),
    ...each(
      ['EnableKey', 'DisableKey', 'EnableKeyRotation', 'GetKeyRotationStatus', 'ScheduleKeyDeletion'],
      'accepted',
    ),
    CancelKeyDeletion: 'KMSInvalidStateException',
  },
  disabled: {
    ...each([...cryptographic, 'CreateGrant', 'EnableKeyRotation'], 'DisabledException'),
    ...each(['ListGrants', 'DescribeKey', 'GetKeyPolicy', 'PutKeyPolicy', 'GetKeyRotationStatus'], 'accepted'),
    ...each(['EnableKey', 'DisableKey', 'ScheduleKeyDeletion'], 'accepted'),
    CancelKeyDeletion: 'KMSInvalidStateException',
  },
  'pending deletion': {
    ...each([...cryptographic, 'CreateGrant', 'EnableKeyRotation'], 'KMSInvalidStateException'),
    ...each(['EnableKey', 'DisableKey', 'ScheduleKeyDeletion'], 'KMSInvalidStateException'),
    ...each(
      ['ListGrants', 'DescribeKey', 'GetKeyPolicy', 'PutKeyPolicy', 'GetKeyRotationStatus', 'CancelKeyDeletion'],
      'accepted',
    ),
  },
  cancelled: {
    ...each([...cryptographic, 'CreateGrant'], 'DisabledException'),
    ...each(['EnableKey', 'DescribeKey'], 'accepted'),
  },
};

const noReEncrypt = { expected: 'InvalidAction', aws: 'the operation exists' };
const rotatesAnyway = { expected: 'accepted', aws: 'rotation can be enabled for enabled keys only' };
const movesAnyway = {
  expected: 'accepted',
  aws: 'a key that is pending deletion accepts no change but CancelKeyDeletion',
};
const cancelsNothing = { expected: 'accepted', aws: 'only a deletion that is pending can be cancelled' };

/** Where ministack differs; in every state, unless the state is named. */
const ministack: Readonly<Record<string, Difference>> = {
  ReEncrypt: noReEncrypt,
  'CancelKeyDeletion enabled': cancelsNothing,
  'CancelKeyDeletion disabled': cancelsNothing,
  'EnableKeyRotation disabled': rotatesAnyway,
  'EnableKeyRotation pending deletion': rotatesAnyway,
  'EnableKey pending deletion': movesAnyway,
  'DisableKey pending deletion': movesAnyway,
  'ScheduleKeyDeletion pending deletion': movesAnyway,
};

function caseOf(state: State, operation: string, expected: string): Case<KMSClient> {
  const differs = ministack[operation] ?? ministack[`${operation} ${state}`];
  return {
    name: `${operation} of a key that is ${state}`,
    run: async (kms) => {
      const subject = await aKey(kms);
      await into[state](kms, subject.KeyId);
      return refusal(operations[operation]?.(kms, subject) ?? Promise.reject(new Error(operation)));
    },
    expected,
    ...(differs ? { except: { ministack: differs } } : {}),
  };
}

const cases = Object.entries(table).flatMap(([state, expectations]) =>
  Object.entries(expectations).map(([operation, expected]) => caseOf(state as State, operation, expected)),
);

export const keyStates: Contract<KMSClient> = { service: 'KMS', cases };
