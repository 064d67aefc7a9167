/**
 * The fixes of a check: if a key policy has any part of the onboarding policy, the proposed statements complete it, and
 * allow no more. Evaluated as IAM does.
 */
import { describe, expect, it } from '@jest/globals';
import { evaluatePolicy, type NamedValues, requestValues } from 'aws-local/iam';
import { parseKeyPolicy } from 'aws-local/kms';
import fc from 'fast-check';
import { type ActionState, neededActions, type PolicyStatement } from '#lib/model/key.ts';
import { judge } from '#lib/model/key-check.ts';
import { keyPolicy } from '#lib/model/key-policy.ts';
import { allActions, aProbe, at, keyArn, parties, teamId } from '#test/support/build.ts';

const caller = { accountId: parties.platform, arn: `arn:aws:iam::${parties.platform}:role/latchkey-control-plane` };
const own = { 'kms:EncryptionContext:latchkey:team': teamId };
const byEc2 = { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com', 'kms:CallerAccount': parties.platform };
const volume = { ...byEc2, 'kms:EncryptionContext:aws:ebs:id': 'vol-1' };
const forAws = { ...byEc2, 'kms:GrantIsForAWSResource': 'true' };

type Request = readonly [action: string, values: NamedValues];
/** The KMS requests, by the action of a check. */
const requests: Readonly<Record<(typeof neededActions)[number], readonly Request[]>> = {
  DescribeKey: [['DescribeKey', {}]],
  Encrypt: [['Encrypt', own]],
  Decrypt: [['Decrypt', own]],
  ReEncrypt: [
    ['ReEncryptFrom', own],
    ['ReEncryptTo', own],
  ],
  GenerateDataKey: [['GenerateDataKey', own]],
  GenerateDataKeyWithoutPlaintext: [['GenerateDataKeyWithoutPlaintext', own]],
  CreateGrant: [['CreateGrant', forAws]],
  RevokeGrant: [['RevokeGrant', forAws]],
};
/** Actions that no check tries: EC2's use of a volume, and its grants. */
const untried: readonly Request[] = [
  ['Decrypt', volume],
  ['GenerateDataKeyWithoutPlaintext', volume],
  ['ReEncryptFrom', volume],
  ['CreateGrant', forAws],
  ['ListGrants', forAws],
  ['RevokeGrant', forAws],
];
const forbidden: readonly Request[] = [
  ['Decrypt', { 'kms:EncryptionContext:latchkey:team': 'team_other' }],
  ['Encrypt', {}],
  ['Decrypt', { ...volume, 'kms:ViaService': 's3.us-east-1.amazonaws.com' }],
  ['CreateGrant', { 'kms:GrantIsForAWSResource': 'false' }],
  ['PutKeyPolicy', {}],
  ['ScheduleKeyDeletion', {}],
];

const allows = (statements: readonly object[]) => {
  const policy = parseKeyPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }));
  return ([action, values]: Request) =>
    evaluatePolicy(policy, { caller, action: `kms:${action}`, resource: keyArn, values: requestValues(values) }) ===
    'allowed';
};

function fixesOf(statements: readonly object[], { triesGrants }: { triesGrants: boolean }) {
  const isAllowed = allows(statements);
  const stateOf = (action: (typeof neededActions)[number]): ActionState => {
    if (action.endsWith('Grant') && !triesGrants) return 'unknown';
    return requests[action].every(isAllowed) ? 'allowed' : 'denied';
  };
  const actions = {
    ...allActions('unknown'),
    ...Object.fromEntries(neededActions.map((action) => [action, stateOf(action)])),
  };
  return judge(aProbe({ actions }), { arn: keyArn, at, parties }).fixes.map(({ statement }) => statement);
}

const handedOut = keyPolicy(parties).Statement as readonly PolicyStatement[];
/** Each statement of the onboarding policy with a subset of its actions, or omitted. */
const parts = fc
  .tuple(...handedOut.map(({ Action }) => fc.subarray([Action].flat())))
  .map((kept) =>
    handedOut.flatMap((statement, index) => (kept[index]?.length ? [{ ...statement, Action: kept[index] }] : [])),
  )
  .map(
    ([...statements]) =>
      [handedOut[0], ...statements.filter(({ Sid }) => Sid !== handedOut[0]?.Sid)] as PolicyStatement[],
  );

describe('the fixes of a check', () => {
  it.each([true, false])(
    'add up to the handed-out policy, whatever they start from (grants are tried: %p)',
    (triesGrants) => {
      fc.assert(
        fc.property(parts, (start) => {
          const fixes = fixesOf(start, { triesGrants });
          if (fixes.length === 0) return;
          const isAllowed = allows([...start, ...fixes]);
          for (const request of [...Object.values(requests).flat(), ...untried])
            expect([request, isAllowed(request)]).toEqual([request, true]);
          for (const request of forbidden) expect([request, isAllowed(request)]).toEqual([request, false]);
          expect(fixesOf([...start, ...fixes], { triesGrants })).toEqual([]);
        }),
      );
    },
  );

  it('let the rotation be read as well, from nothing', () => {
    const start = handedOut.slice(0, 1);
    expect(allows([...start, ...fixesOf(start, { triesGrants: false })])(['GetKeyRotationStatus', {}])).toBe(true);
  });

  it('have each its own name, also beside the statements that we hand out', () => {
    const fixes = fixesOf(handedOut.slice(0, 1), { triesGrants: true });
    const names = [...handedOut, ...fixes].map(({ Sid }) => Sid);
    expect(new Set(names).size).toBe(names.length);
  });
});
