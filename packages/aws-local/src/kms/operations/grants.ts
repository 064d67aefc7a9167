/** Listing, revoking and retiring grants. */
import { AwsError, type Call } from '../../protocol.ts';
import { authorize, decideByPolicy } from '../authorization.ts';
import type { Kms, Operation } from '../context.ts';
import { deniedAcrossAccounts, deniedByKeyPolicy, dryRunSucceeded, notFound, validation } from '../errors.ts';
import { type GrantReference, principalsOf, readGrantToken } from '../grants.ts';
import { flag, type Input, requiredText, text } from '../input.ts';
import { seconds } from '../key-metadata.ts';
import { actionOf, requireSharedKey } from '../lookup.ts';
import { pageOf } from '../paging.ts';
import type { Grant, KmsKey } from '../records.ts';
import { grantRecordId } from '../store.ts';
import { awsResourceCondition } from './create-grant.ts';

const describeGrant = (grant: Grant) => ({
  KeyId: grant.keyArn,
  GrantId: grant.grantId,
  ...(grant.name === null ? {} : { Name: grant.name }),
  CreationDate: seconds(grant.createdAt),
  GranteePrincipal: grant.granteePrincipal,
  ...(grant.retiringPrincipal === null ? {} : { RetiringPrincipal: grant.retiringPrincipal }),
  IssuingAccount: grant.issuingAccount,
  Operations: grant.operations,
  ...(grant.constraints === null ? {} : { Constraints: grant.constraints }),
});

export const listGrants: Operation = (kms, call) => {
  const { input } = call;
  const grantId = readGrantId(input);
  const grantee = text(input, 'GranteePrincipal', { min: 1, max: 256 });
  const key = requireSharedKey(kms, call, requiredText(input, 'KeyId', { min: 1, max: 2048 }));
  authorize(kms, call, { key, conditions: awsResourceCondition(call) });
  const grants = grantee === null ? kms.store.grantsOfKey(key.arn) : [...kms.store.grantsTo(key.arn, grantee)];
  const { items, more } = pageOf(
    input,
    grants.filter((grant) => grantId === null || grant.grantId === grantId),
    { max: 100 },
  );
  return { Grants: items.map(describeGrant), ...more };
};

/** Grants on keys of any account. The retiring principal must be of the caller's account. */
export const listRetirableGrants: Operation = (kms, call) => {
  const principal = requiredText(call.input, 'RetiringPrincipal', { min: 1, max: 256 });
  if (!principal.startsWith('arn:aws:') || principal.split(':')[4] !== call.caller.accountId) {
    throw deniedAcrossAccounts(call, actionOf(call));
  }
  const { items, more } = pageOf(call.input, kms.store.grantsRetirableBy(principal), { max: 100 });
  return { Grants: items.map(describeGrant), ...more };
};

function readGrantId(input: Input): string | null {
  const grantId = text(input, 'GrantId', { min: 1, max: 128 });
  if (grantId !== null && !/^[0-9a-f]{64}$/.test(grantId)) {
    throw new AwsError('InvalidGrantIdException', `The grant ID ${grantId} is not valid.`);
  }
  return grantId;
}

/** Checks the permission first, so that the error does not reveal whether the grant exists. */
export const revokeGrant: Operation = (kms, call) => {
  const dryRun = flag(call.input, 'DryRun');
  const keyId = requiredText(call.input, 'KeyId', { min: 1, max: 2048 });
  requiredText(call.input, 'GrantId', { min: 1, max: 128 });
  const grantId = readGrantId(call.input) ?? '';
  const key = requireSharedKey(kms, call, keyId);
  authorize(kms, call, { key, conditions: awsResourceCondition(call) });
  const grant = kms.store.findGrant(key.arn, grantId);
  if (!grant) throw unknownGrant(grantId);
  if (dryRun) throw dryRunSucceeded();
  removeGrant(kms, grant);
  kms.reportCall(call, key);
  return {};
};

/**
 * Allowed to the retiring principal, to the grantee of a grant with `RetireGrant`, and to a principal of the key's
 * account by the key policy. The key policy cannot deny it to a principal that the grant names.
 */
export const retireGrant: Operation = (kms, call) => {
  const dryRun = flag(call.input, 'DryRun');
  const { reference, key } = retiredGrant(kms, call);
  const grant = kms.store.findGrant(key.arn, reference.grantId);
  if (!grant) throw unknownGrant(reference.grantId);
  if (!mayRetire(call, grant) && !mayRetireByPolicy(kms, call, key)) throw refused(call, key);
  if (dryRun) throw dryRunSucceeded();
  removeGrant(kms, grant);
  kms.reportCall(call, key, { withoutRequest: true });
  return {};
};

function retiredGrant(kms: Kms, call: Call): { reference: GrantReference; key: KmsKey } {
  const token = text(call.input, 'GrantToken', { min: 1, max: 8192 });
  const keyId = text(call.input, 'KeyId', { min: 1, max: 2048 });
  const grantId = readGrantId(call.input);
  if (token !== null && keyId === null && grantId === null) {
    const reference = readGrantToken(token);
    return { reference, key: requireSharedKey(kms, call, reference.keyArn) };
  }
  if (token !== null || keyId === null || grantId === null) {
    throw validation('To retire a grant, give either GrantToken or both KeyId and GrantId.');
  }
  const key = requireSharedKey(kms, call, keyId);
  return { reference: { keyArn: key.arn, grantId }, key };
}

function mayRetire(
  { caller }: Call,
  { retiringPrincipal, granteePrincipal, operations, issuingAccount }: Grant,
): boolean {
  const names = principalsOf(caller);
  return (
    (retiringPrincipal !== null && names.includes(retiringPrincipal)) ||
    (operations.includes('RetireGrant') && names.includes(granteePrincipal)) ||
    caller.arn === issuingAccount
  );
}

const mayRetireByPolicy = (kms: Kms, call: Call, key: KmsKey) =>
  key.accountId === call.caller.accountId && decideByPolicy(kms, call, { key }) === 'allowed';

const refused = (call: Call, key: KmsKey) =>
  key.accountId === call.caller.accountId
    ? deniedByKeyPolicy(call, actionOf(call), { arn: key.arn, explicitly: false })
    : deniedAcrossAccounts(call, actionOf(call));

const unknownGrant = (grantId: string) => notFound(`Grant ID ${grantId} not found`);

const removeGrant = ({ store }: Kms, { keyArn, grantId }: Grant) =>
  store.commit({ table: 'grants', id: grantRecordId(keyArn, grantId), value: null });
