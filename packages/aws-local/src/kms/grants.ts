/**
 * The permissions of a grant, and its token.
 */
import { AwsError, type Caller } from '../protocol.ts';
import type { Grant, GrantConstraints, TextMap } from './records.ts';

/** The operations a grant on a symmetric key may hold. */
export const symmetricGrantOperations = [
  'Decrypt',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
  'CreateGrant',
  'RetireGrant',
  'DescribeKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
] as const;

export const rootOf = (accountId: string) => `arn:aws:iam::${accountId}:root`;

/**
 * The caller's names as a grantee or retiring principal: its ARN, and its account's root, which includes every
 * principal of the account.
 */
export const principalsOf = ({ arn, accountId }: Caller): readonly string[] => [arn, rootOf(accountId)];

const includes = (whole: TextMap, part: TextMap) => Object.keys(part).every((key) => whole[key] === part[key]);
const sameSize = (a: TextMap, b: TextMap) => Object.keys(a).length === Object.keys(b).length;

/**
 * Constraints do not apply to operations without an encryption context (`context` null), such as `DescribeKey`.
 */
export function grantAllows(grant: Grant, operation: string, context: TextMap | null): boolean {
  if (!grant.operations.includes(operation)) return false;
  return context === null || constraintsHold(grant.constraints, context);
}

function constraintsHold(constraints: GrantConstraints | null, context: TextMap): boolean {
  const { EncryptionContextEquals: exactly, EncryptionContextSubset: atLeast } = constraints ?? {};
  if (exactly && !(sameSize(exactly, context) && includes(context, exactly))) return false;
  return !atLeast || includes(context, atLeast);
}

/** A grant that was created under another grant may not permit more than that one. */
export function isWithin(parent: Grant, child: Pick<Grant, 'operations' | 'constraints'>): boolean {
  if (!child.operations.every((operation) => parent.operations.includes(operation))) return false;
  if (parent.constraints === null) return true;
  const { EncryptionContextEquals: exactly, EncryptionContextSubset: atLeast } = child.constraints ?? {};
  if (exactly) return constraintsHold(parent.constraints, exactly);
  const wanted = parent.constraints.EncryptionContextSubset;
  return atLeast !== undefined && wanted !== undefined && includes(atLeast, wanted);
}

export interface GrantReference {
  readonly keyArn: string;
  readonly grantId: string;
}

export const grantToken = ({ keyArn, grantId }: GrantReference) =>
  Buffer.from(`grant ${grantId} ${keyArn}`).toString('base64');

/** Throws `InvalidGrantTokenException`. */
export function readGrantToken(token: string): GrantReference {
  const [, grantId, keyArn] =
    /^grant ([0-9a-f]{64}) (arn:aws:kms:\S+)$/.exec(Buffer.from(token, 'base64').toString()) ?? [];
  if (!grantId || !keyArn) throw new AwsError('InvalidGrantTokenException', 'The grant token is not valid.');
  return { keyArn, grantId };
}
