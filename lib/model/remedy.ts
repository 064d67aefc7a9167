/**
 * AWS CLI commands that make a key usable again. A key administrator can paste them into a POSIX shell, in order. Pure.
 * Sources: the KMS developer guide, "Key states of AWS KMS keys" and "Importing key material".
 */

import type { Cause, PolicyStatement } from './key.ts';
import { kmsCommand, regionOption, shellWord } from './shell.ts';

/** The reason that the last check found for an unusable key. */
export interface PresentCause {
  readonly cause: Cause;
  /** The deletion date from DescribeKey (ISO 8601); null if no deletion is scheduled or its date is unknown. */
  readonly deletionDate: string | null;
  /** Whether the key is deleted: KMS does not know it. */
  readonly isGone: boolean;
}

export interface RemedyStep {
  /** The purpose of the commands; null if there is only one step. */
  readonly text: string | null;
  readonly commands: readonly string[];
}

export interface RemedyInput {
  readonly arn: string;
  readonly present: PresentCause;
  /** The statements that the key's policy lacks. */
  readonly statements: readonly PolicyStatement[];
}

type Kms = (operation: string, rest?: string) => string;

const kmsOf =
  (arn: string): Kms =>
  (operation, rest = '') =>
    kmsCommand(operation, arn, rest);

const one = (command: string): RemedyStep[] => [{ text: null, commands: [command] }];

export function remedyFor({ arn, present, statements }: RemedyInput): RemedyStep[] {
  const kms = kmsOf(arn);
  if (present.isGone)
    return [{ text: 'Nothing brings the key back. Ask KMS what it knows of it:', commands: [kms('describe-key')] }];
  switch (present.cause) {
    case 'key_disabled':
      return one(kms('enable-key'));
    case 'deletion_scheduled':
      return [
        { text: 'Cancel the deletion. KMS then leaves the key disabled:', commands: [kms('cancel-key-deletion')] },
        { text: 'Enable the key:', commands: [kms('enable-key')] },
      ];
    case 'material_expired':
      return reimport(kms);
    case 'access_denied':
      return restorePolicy(kms, statements);
    case 'key_store_unavailable':
      return [
        {
          text: 'Find the key store and connect it again:',
          commands: [`aws kms describe-custom-key-stores ${regionOption(arn)}`, kms('describe-key')],
        },
      ];
    case 'kms_unreachable':
      return [
        { text: 'There is nothing to undo. Ask KMS what it says about the key:', commands: [kms('describe-key')] },
      ];
    case 'platform_permission_missing':
      return [
        {
          text:
            "There is nothing to undo: Latchkey's operators restore the permission. Ask KMS what it says about " +
            'the key:',
          commands: [kms('describe-key')],
        },
      ];
  }
}

/** The wrapping key and the import token must come from the same response. */
const reimport = (kms: Kms): RemedyStep[] => [
  {
    text: 'Get a wrapping key and an import token:',
    commands: [
      kms(
        'get-parameters-for-import',
        " --wrapping-algorithm RSAES_OAEP_SHA_256 --wrapping-key-spec RSA_4096 --query '[PublicKey,ImportToken]' " +
          '--output text > import-parameters.txt',
      ),
      'cut -f 1 import-parameters.txt | base64 --decode > wrapping-key.der',
      'cut -f 2 import-parameters.txt | base64 --decode > import-token.bin',
    ],
  },
  {
    text: 'Wrap the same key material as before, here in key-material.bin:',
    commands: [
      'openssl pkeyutl -encrypt -pubin -keyform DER -inkey wrapping-key.der -in key-material.bin -out ' +
        'wrapped-material.bin -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256',
    ],
  },
  {
    text: 'Import it:',
    commands: [
      kms(
        'import-key-material',
        ' --encrypted-key-material fileb://wrapped-material.bin --import-token fileb://import-token.bin ' +
          '--expiration-model KEY_MATERIAL_DOES_NOT_EXPIRE',
      ),
    ],
  },
];

const merged = (statements: readonly PolicyStatement[]): string =>
  shellWord(`.Statement += ${JSON.stringify(statements)}`);

const restorePolicy = (kms: Kms, statements: readonly PolicyStatement[]): RemedyStep[] => [
  {
    text: 'Save the policy of the key:',
    commands: [kms('get-key-policy', ' --policy-name default --query Policy --output text > key-policy.json')],
  },
  {
    text: 'Add what it lacks. A statement with "Effect": "Deny" may be the reason too, and is to be taken out by hand:',
    commands: [
      statements.length > 0
        ? `jq ${merged(statements)} key-policy.json > new-key-policy.json`
        : 'cp key-policy.json new-key-policy.json',
    ],
  },
  {
    text: "Put it back as the key's policy:",
    commands: [kms('put-key-policy', ' --policy-name default --policy file://new-key-policy.json')],
  },
];

/** The same as one line; null if the commands are too long for that. */
export function remedyLine(input: RemedyInput): string | null {
  const { cause, isGone } = input.present;
  if (isGone || cause === 'material_expired' || cause === 'access_denied') return null;
  return remedyFor(input)
    .flatMap(({ commands }) => commands)
    .join(' && ');
}
