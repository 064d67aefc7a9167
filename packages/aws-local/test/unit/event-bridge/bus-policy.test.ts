/** A bus's resource policy, as EventBridge evaluates it for another account's events. */
import { describe, expect, it } from '@jest/globals';
import { parseBusPolicy, policyAllows, policyDenies } from '../../../src/event-bridge/bus-policy.ts';

const bus = 'arn:aws:events:us-east-1:210987654321:event-bus/shop';
const allow = { Effect: 'Allow', Principal: '*', Action: 'events:PutEvents', Resource: bus };
const policy = (...Statement: object[]) => parseBusPolicy({ Version: '2012-10-17', Statement }, bus);
const request = (...sources: string[]) => ({ accountId: '999999999999', sources, detailTypes: ['Thing'] });

describe('the policy of a bus', () => {
  const kmsOnly = policy({ ...allow, Condition: { 'ForAllValues:StringEquals': { 'events:source': 'aws.kms' } } });

  it.each([
    [['aws.kms'], true],
    [['shop'], false],
    [['shop.effects'], false],
    [['aws.kms', 'shop'], false],
  ])('that allows one source decides for %p: %p', (sources, admitted) => {
    expect(policyAllows(kmsOnly, request(...sources))).toBe(admitted);
  });

  it('admits the accounts that it names, and no others', () => {
    const named = policy({ ...allow, Principal: { AWS: ['arn:aws-us-gov:iam::111122223333:root', '444455556666'] } });
    expect(policyAllows(named, { ...request('x'), accountId: '111122223333' })).toBe(true);
    expect(policyAllows(named, { ...request('x'), accountId: '444455556666' })).toBe(true);
    expect(policyAllows(named, request('x'))).toBe(false);
  });

  it('denies what a Deny matches, whatever another statement allows', () => {
    const denied = policy(allow, {
      ...allow,
      Effect: 'Deny',
      Condition: { StringEquals: { 'events:detail-type': 'Thing' } },
    });
    expect(policyAllows(denied, request('x'))).toBe(false);
    expect(policyAllows(denied, { ...request('x'), detailTypes: ['Other'] })).toBe(true);
    expect([policyDenies(denied, request('x')), policyDenies(kmsOnly, request('x'))]).toEqual([true, false]);
  });

  it('allows no account of an organization, since no account is in one', () => {
    const organisation = policy({ ...allow, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } });
    expect(policyAllows(organisation, request('aws.kms'))).toBe(false);
  });

  it.each([
    ['an operator', { ...allow, Condition: { StringLike: { 'events:source': 'aws.*' } } }],
    ['a condition key', { ...allow, Condition: { StringEquals: { 'aws:SourceIp': '10.0.0.1' } } }],
    ['a principal', { ...allow, Principal: { AWS: 'arn:aws:iam::111122223333:role/one' } }],
    ['an element', { ...allow, NotPrincipal: '*' }],
    ['an action', { ...allow, Action: 'events:PutRule' }],
    ['a resource', { ...allow, Resource: 'arn:aws:events:us-east-1:210987654321:event-bus/other' }],
  ])('with %s that is not evaluated is refused', (_what, statement) => {
    expect(() => policy(statement)).toThrow('is not supported');
  });
});
