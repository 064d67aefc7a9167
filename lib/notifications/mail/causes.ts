/** Why a key is unusable, in plain words and in KMS's own, and what the key's owner does about it. */
import type { Cause } from '#lib/keys/key.ts';
import { type KeyName, shellWord } from './key-name.ts';
import { command, type Line, step, text } from './letter.ts';

interface Explanation {
  /** A sentence for a reader who does not know KMS, and KMS's term for it. */
  readonly words: string;
  /** What is lost for good if nobody acts; null where waiting costs nothing but the outage. */
  readonly danger: string | null;
}

export const causes: Readonly<Record<Cause, Explanation>> = {
  key_disabled: { words: 'The key was disabled (KMS key state: Disabled).', danger: null },
  deletion_scheduled: {
    words: 'The key is scheduled for deletion (KMS key state: PendingDeletion).',
    danger: 'Once KMS deletes the key, the data of these databases is lost for good: nobody can read it again.',
  },
  material_expired: {
    words: "The key's imported material expired or was deleted (KMS key state: PendingImport).",
    danger: 'Only the very same key material opens the data again. Keep it safe.',
  },
  access_denied: {
    words: "The key's policy no longer lets Latchkey use the key (KMS answers AccessDeniedException).",
    danger: null,
  },
  key_store_unavailable: {
    words: "The key's custom key store does not answer (KMS key state: Unavailable).",
    danger: null,
  },
  kms_unreachable: { words: 'AWS KMS gives no answer about the key at the moment.', danger: null },
};

/** What makes the key usable again: the exact AWS CLI commands, to be run in the key's own account. */
export function remedy(cause: Cause, key: KeyName): Line[] {
  const kms = (operation: string, rest = '') =>
    command(`aws kms ${operation} --key-id ${shellWord(key.arn)} --region ${shellWord(key.region)}${rest}`);
  switch (cause) {
    case 'key_disabled':
      return [kms('enable-key')];
    case 'deletion_scheduled':
      return [
        step('Cancel the deletion. KMS then leaves the key disabled:'),
        kms('cancel-key-deletion'),
        step('Enable the key:'),
        kms('enable-key'),
      ];
    case 'material_expired':
      return reimport(kms);
    case 'access_denied':
      return restorePolicy(kms, key);
    case 'key_store_unavailable':
      return [text('Find the key store and connect it again:'), command('aws kms describe-custom-key-stores'), kms('describe-key')];
    case 'kms_unreachable':
      return [text('There is nothing to undo. Ask KMS what it says about the key:'), kms('describe-key')];
  }
}

type Kms = (operation: string, rest?: string) => Line;

const reimport = (kms: Kms): Line[] => [
  step('Get a wrapping key and an import token:'),
  kms('get-parameters-for-import', ' --wrapping-algorithm RSAES_OAEP_SHA_256 --wrapping-key-spec RSA_4096'),
  step('Wrap the same key material with that wrapping key, then import it:'),
  kms(
    'import-key-material',
    ' --encrypted-key-material fileb://material.bin --import-token fileb://token.bin --expiration-model KEY_MATERIAL_DOES_NOT_EXPIRE',
  ),
];

const restorePolicy = (kms: Kms, { account }: KeyName): Line[] => [
  step(
    `Save the policy that Latchkey needs as key-policy.json: GET /v1/key-policy?account=${account}, asked with your team's token. Add your own statements to it, if the key has any.`,
  ),
  step("Put it back as the key's policy:"),
  kms('put-key-policy', ' --policy-name default --policy file://key-policy.json'),
  text('POST /v1/keys/{key}/checks says which actions are denied and which statement allows each.'),
];
