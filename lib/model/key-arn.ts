/** Parses a key's full ARN, recognises other key identifiers, and finds the AWS partition of a Region. */
import { Problem } from './problem.ts';

/** A group of Regions with separate accounts. Source: AWS General Reference, "Amazon Resource Names". */
export type Partition = 'aws' | 'aws-cn' | 'aws-us-gov';

/** Of a Region, as in `us-gov-west-1`. */
export function partitionOf(region: string): Partition {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** Source: the endpoint tables of each partition, in AWS's General Reference. */
const domains: Readonly<Record<Partition, string>> = {
  aws: 'amazonaws.com',
  'aws-cn': 'amazonaws.com.cn',
  'aws-us-gov': 'amazonaws.com',
};

/** The domain of AWS's endpoints in a partition; `kms:ViaService` has it as a suffix. */
export const domainOf = (partition: Partition): string => domains[partition];

export interface KeyArn {
  readonly arn: string;
  readonly partition: Partition;
  readonly region: string;
  readonly accountId: string;
}

/** The id of a single- or multi-Region key. */
const id = '(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})';
/** Source: AWS KMS developer guide, "Key identifiers": a key ARN. */
export const keyArn = new RegExp(`^arn:(aws(?:-cn|-us-gov)?):kms:([a-z]{2}(?:-[a-z]+)+-\\d):(\\d{12}):key/${id}$`);
const bareId = new RegExp(`^${id}$`);

/**
 * Ignores surrounding white space. Throws `invalid_request`, which names the kind of identifier and how to get the ARN.
 */
export function parseKeyArn(pasted: string): KeyArn {
  const text = pasted.trim();
  const [, partition, region, accountId] = keyArn.exec(text) ?? [];
  if (partition && region && accountId) return { arn: text, partition: partition as Partition, region, accountId };
  throw new Problem(
    'invalid_request',
    `${whatItIs(text)} Give the key's full ARN, as in ` +
      'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab.',
    {
      fix:
        `aws kms describe-key --key-id ${/^[\w:/-]{1,200}$/.test(text) ? text : 'KEY'} --query ` +
        'KeyMetadata.Arn --output text',
    },
  );
}

function whatItIs(text: string): string {
  if (/^(arn:aws[\w-]*:kms:.*:)?alias\//.test(text))
    return 'This is an alias: an alias can be pointed at another key, so it cannot name the key of your data.';
  if (bareId.test(text)) return 'This is a bare key id, which KMS would look for in the platform’s account.';
  if (text.startsWith('arn:')) return 'This is not the ARN of a KMS key.';
  return 'This is not a key ARN.';
}
