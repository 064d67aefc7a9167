/**
 * Asks the related keys of a multi-Region key, each in its own Region, whether they open the same ciphertext. Source:
 * KMS developer guide, "How multi-Region keys work": related keys share id and material, not policy and state.
 */
import { DecryptCommand, DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { Context } from '#lib/model/key.ts';
import { parseKeyArn } from '#lib/model/key-arn.ts';
import type { SiblingReader } from '#lib/model/ports.ts';
import type { Sibling } from '#lib/model/readiness/facts.ts';
import { clientOptions, controlPlaneKms } from './kms.ts';
import { attempt } from './kms-attempt.ts';

/** More than AWS has Regions. */
const mostSiblings = 40;

export const siblingReader = (): SiblingReader => ({
  siblingsOf: async (keyArn, canary, context) => {
    if (!isMultiRegion(keyArn)) return [];
    const { response } = await attempt({ call: 'DescribeKey' }, () =>
      controlPlaneKms().send(new DescribeKeyCommand({ KeyId: keyArn })),
    );
    const related = response?.KeyMetadata?.MultiRegionConfiguration;
    if (!related) return null;
    const arns = [related.PrimaryKey, ...(related.ReplicaKeys ?? [])].flatMap((key) => key?.Arn ?? []);
    const others = arns.filter((arn) => arn !== keyArn).slice(0, mostSiblings);
    return Promise.all(
      others.map(async (arn): Promise<Sibling> => ({ arn, state: await stateOf({ arn, canary, context }) })),
    );
  },
});

/** KMS developer guide, "Key identifiers": only the id of a multi-Region key begins so. */
const isMultiRegion = (arn: string): boolean => arn.includes(':key/mrk-');

interface Question {
  readonly arn: string;
  readonly canary: string | null;
  readonly context: Context;
}

/** If the sibling's policy refuses DescribeKey, the canary may show it. */
async function stateOf({ arn, canary, context }: Question): Promise<Sibling['state']> {
  const kms = clientIn(parseKeyArn(arn).region);
  const described = await attempt({ call: 'DescribeKey' }, () => kms.send(new DescribeKeyCommand({ KeyId: arn })));
  const state = described.response?.KeyMetadata?.KeyState;
  if (state !== undefined) return state === 'Enabled' || state === 'Updating' ? 'enabled' : 'disabled';
  if (canary === null) return 'unknown';
  const command = new DecryptCommand({
    KeyId: arn,
    CiphertextBlob: Buffer.from(canary, 'base64'),
    EncryptionContext: context,
  });
  const opened = await attempt({ call: 'Decrypt', of: 'canary' }, () => kms.send(command));
  if (opened.state === 'allowed') return 'enabled';
  return opened.unusable ? 'disabled' : 'unknown';
}

const clients = new Map<string, KMSClient>();

function clientIn(region: string): KMSClient {
  const known = clients.get(region) ?? new KMSClient({ region, ...clientOptions() });
  clients.set(region, known);
  return known;
}
