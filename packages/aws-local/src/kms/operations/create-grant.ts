/** Creates grants. A repeated request with the same name and parameters returns the same grant. */
import { randomBytes } from 'node:crypto';
import { accountOfRoot, isPrincipalArn } from '../../iam/principals.ts';
import { AwsError, type Call } from '../../protocol.ts';
import { authorize } from '../authorization.ts';
import { contextConditions } from '../condition-values.ts';
import type { Kms, Operation } from '../context.ts';
import { encryptionContext } from '../encryption-context.ts';
import { deniedAcrossAccounts, deniedByKeyPolicy, dryRunSucceeded, invalidArn, validation } from '../errors.ts';
import { grantToken, isWithin, readGrantToken, rootOf, symmetricGrantOperations } from '../grants.ts';
import { choiceList, flag, type Input, requiredText, structure, text, textList } from '../input.ts';
import { assertEnabledOrUnavailable } from '../key-states.ts';
import { actionOf, requireSharedKey } from '../lookup.ts';
import type { Grant, GrantConstraints, KmsKey } from '../records.ts';
import { grantRecordId } from '../store.ts';

/** Source: quotas of the KMS guide. */
const maxGrantsPerKey = 50_000;

type GrantTerms = Pick<Grant, 'name' | 'granteePrincipal' | 'retiringPrincipal' | 'operations' | 'constraints'>;

export const createGrant: Operation = (kms, call) => {
  const terms = readTerms(call.input);
  const dryRun = flag(call.input, 'DryRun');
  readGrantTokens(call.input);
  const key = requireSharedKey(kms, call, requiredText(call.input, 'KeyId', { min: 1, max: 2048 }));
  authorizeGrant(kms, call, { key, terms });
  assertEnabledOrUnavailable(kms, key);
  assertGrantable(key);
  if (dryRun) throw dryRunSucceeded();

  const existing =
    terms.name === null ? undefined : [...kms.store.grantsNamed(key.arn, terms.name)].find(sameTerms(terms));
  const grant = existing ?? newGrant(kms, call, { key, terms });
  if (!existing) kms.store.commit({ table: 'grants', id: grantRecordId(key.arn, grant.grantId), value: grant });
  const response = { GrantId: grant.grantId, GrantToken: grantToken(grant) };
  kms.reportCall(call, key, { response });
  return response;
};

function readTerms(input: Input): GrantTerms {
  const operations = choiceList(input, 'Operations', { min: 1, values: symmetricGrantOperations });
  return {
    name: text(input, 'Name', { min: 1, max: 256, pattern: /^[a-zA-Z0-9:/_-]+$/ }),
    granteePrincipal: requirePrincipal(requiredText(input, 'GranteePrincipal', { min: 1, max: 256 })),
    retiringPrincipal: optionalPrincipal(text(input, 'RetiringPrincipal', { min: 1, max: 256 })),
    operations: [...new Set(operations)],
    constraints: readConstraints(input),
  };
}

function requirePrincipal(arn: string): string {
  if (isPrincipalArn(arn) || (arn.startsWith('arn:') && accountOfRoot(arn))) return arn;
  throw invalidArn(`ARN does not refer to a valid principal: ${arn}`);
}

const optionalPrincipal = (arn: string | null) => (arn === null ? null : requirePrincipal(arn));

function readConstraints(input: Input): GrantConstraints | null {
  const constraints = structure(input, 'Constraints');
  if (!constraints) return null;
  const [given = null, another] = (['EncryptionContextEquals', 'EncryptionContextSubset'] as const).filter(
    (name) => structure(constraints, name) !== null,
  );
  if (another) throw validation('A grant takes one of EncryptionContextEquals and EncryptionContextSubset, not both.');
  return given && { [given]: encryptionContext(constraints, given) };
}

/**
 * On AWS, a token makes a new grant effective before it is consistent. Here, grants are consistent at once, so only the
 * tokens' format is checked.
 */
export const readGrantTokens = (input: Input) => {
  for (const token of textList(input, 'GrantTokens', { max: 10 })) readGrantToken(token);
};

/** A caller that may create grants by a grant may not grant more than that grant permits. */
function authorizeGrant(kms: Kms, call: Call, { key, terms }: { key: KmsKey; terms: GrantTerms }) {
  const { EncryptionContextEquals: exactly, EncryptionContextSubset: atLeast } = terms.constraints ?? {};
  const constraintType = exactly ? 'EncryptionContextEquals' : atLeast ? 'EncryptionContextSubset' : null;
  const parent = authorize(kms, call, {
    key,
    conditions: {
      ...contextConditions(exactly ?? atLeast ?? {}),
      ...awsResourceCondition(call),
      'kms:GrantOperations': terms.operations,
      'kms:GranteePrincipal': terms.granteePrincipal,
      'kms:RetiringPrincipal': terms.retiringPrincipal ?? undefined,
      'kms:GrantConstraintType': constraintType ?? undefined,
    },
  });
  if (parent === null || isWithin(parent, terms)) return;
  if (key.accountId !== call.caller.accountId) throw deniedAcrossAccounts(call, actionOf(call));
  throw deniedByKeyPolicy(call, actionOf(call), { arn: key.arn, explicitly: false });
}

/** True for a call by an AWS service on a principal's behalf. */
export const awsResourceCondition = ({ caller }: Call) => ({
  'kms:GrantIsForAWSResource': String(caller.viaService !== undefined),
});

function assertGrantable({ keySpec }: KmsKey) {
  if (keySpec !== 'SYMMETRIC_DEFAULT')
    throw validation(`Grants on keys of spec ${keySpec} are not supported by this emulator.`);
}

const canonical = ({ name, granteePrincipal, retiringPrincipal, operations, constraints }: GrantTerms) =>
  JSON.stringify([name, granteePrincipal, retiringPrincipal, [...operations].sort(), sorted(constraints)]);
const sorted = (constraints: GrantConstraints | null) =>
  Object.entries(constraints ?? {}).map(([type, context]) => [type, Object.entries(context).sort()]);
const sameTerms = (terms: GrantTerms) => (grant: Grant) => canonical(grant) === canonical(terms);

function newGrant(kms: Kms, call: Call, { key, terms }: { key: KmsKey; terms: GrantTerms }): Grant {
  if (kms.store.grantCount(key.arn) >= maxGrantsPerKey) {
    throw new AwsError('LimitExceededException', `${key.arn} has reached its limit of ${maxGrantsPerKey} grants.`);
  }
  return {
    ...terms,
    seq: kms.store.nextSeq(),
    grantId: randomBytes(32).toString('hex'),
    keyArn: key.arn,
    issuingAccount: rootOf(call.caller.accountId),
    createdAt: kms.now().getTime(),
  };
}
