/** Delivery proofs: which events prove that a key's events arrive. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { awaitDeliveryProof, receiveDeliveryProof } from '#lib/keys/proof.ts';
import { awaitedProofOf, type DeliveryProofs, deliveryProofOf, deliveryStatusOf } from '#lib/model/delivery-proof.ts';
import { judge } from '#lib/model/key-check.ts';
import type { BusEvent } from '#lib/model/key-event.ts';
import { aDisabledProbe, aProbe, at, keyArn, parties } from '#test/support/build.ts';

const minutesBefore = (minutes: number): string => new Date(at.getTime() - minutes * 60_000).toISOString();
const fullMinutes = 120;

const aRecord = {
  eventSource: 'kms.amazonaws.com',
  eventName: 'GetKeyRotationStatus',
  requestID: 'request-7',
  resources: [{ accountId: '111122223333', type: 'AWS::KMS::Key', ARN: keyArn }],
};
const anEvent = (changes: Partial<BusEvent> = {}): BusEvent => ({
  ...{ id: 'event-1', source: 'aws.kms', 'detail-type': 'AWS API Call via CloudTrail', account: '111122223333' },
  ...{ time: at.toISOString(), resources: [], detail: aRecord },
  ...changes,
});

describe('an event', () => {
  it('is the delivery proof of a request when it is the record of our call, in the account of the key', () => {
    expect(deliveryProofOf(anEvent())).toEqual({ arn: keyArn, requestId: 'request-7' });
  });

  it.each<[string, Partial<BusEvent>]>([
    ['another call', { detail: { ...aRecord, eventName: 'DisableKey' } }],
    ['a call to another service', { detail: { ...aRecord, eventSource: 'ec2.amazonaws.com' } }],
    ['a key of another account than the sender’s', { account: '999999999999' }],
    ['no key', { detail: { ...aRecord, resources: null } }],
    ['no request', { detail: { ...aRecord, requestID: 7 } }],
    ['another source', { source: 'my.kms' }],
    ['no call', { 'detail-type': 'KMS CMK Deletion' }],
  ])('is none of %s', (_, changes) => {
    expect(deliveryProofOf(anEvent(changes))).toBeNull();
  });

  it('may be any value', () => {
    fc.assert(fc.property(fc.anything(), (detail) => void expect(deliveryProofOf(anEvent({ detail }))).toBeNull()));
    fc.assert(
      fc.property(fc.anything(), (resources) => void deliveryProofOf(anEvent({ detail: { ...aRecord, resources } }))),
    );
  });
});

describe('a full check', () => {
  const checked = (probe = aProbe(), error: string | null = null) => {
    const calls = [{ call: 'GetKeyRotationStatus', dryRun: false, of: null, error, requestId: 'request-7' }];
    return judge({ ...probe, calls }, { arn: keyArn, at, parties });
  };

  it('expects the delivery proof of one of its calls', () => {
    expect(awaitedProofOf(checked())).toEqual({ requestId: 'request-7', since: at.toISOString() });
  });

  it('expects none of a refused call, which is in the trail of our account only, nor of a disabled key', () => {
    expect(awaitedProofOf(checked(aProbe(), 'AccessDeniedException'))).toBeNull();
    expect(awaitedProofOf(checked(aDisabledProbe()))).toBeNull();
  });

  it('is not delayed by a table that does not record it', async () => {
    const proofAwaited = () => Promise.reject(new Error('The table does not answer'));
    await expect(awaitDeliveryProof({ proofAwaited: proofAwaited }, keyArn, checked())).resolves.toBeUndefined();
  });
});

describe('the delivery status of a key’s events', () => {
  const standing = (echoes: DeliveryProofs) => deliveryStatusOf(echoes, at, fullMinutes);
  const awaited = (minutes: number) => ({ awaitedRequest: 'request-7', awaitedSince: minutesBefore(minutes) });

  it('is proven after the last proof, until the next full check and its proof are due', () => {
    expect(standing({ provenAt: minutesBefore(1) })).toBe('proven');
    expect(standing({ provenAt: minutesBefore(134) })).toBe('proven');
    expect(standing({ provenAt: minutesBefore(136) })).toBe('unproven');
  });

  it('stays while the next proof has its quarter of an hour, and ends with it', () => {
    expect(standing({ provenAt: minutesBefore(120), ...awaited(14) })).toBe('proven');
    expect(standing({ provenAt: minutesBefore(120), ...awaited(15) })).toBe('unproven');
  });

  it('is open while the first proof is expected, and after a pause', () => {
    expect(standing(awaited(1))).toBe('open');
    expect(standing({ provenAt: minutesBefore(600), ...awaited(1) })).toBe('open');
  });

  it('is unproven before the first proof, and where a clock went back', () => {
    expect(standing({})).toBe('unproven');
    expect(standing({ provenAt: minutesBefore(-600) })).toBe('unproven');
    expect(standing({ provenAt: minutesBefore(1), ...awaited(-60) })).toBe('unproven');
  });
});

describe('receiving a delivery proof', () => {
  const hearing = async (awaited: readonly (string | null)[], madeAt = at.toISOString()) => {
    const pauses: number[] = [];
    const heard: boolean[] = [];
    let tries = 0;
    const proofArrived = async (arn: string, requestId: string) => {
      heard.push(arn === keyArn && awaited[Math.min(tries++, awaited.length - 1)] === requestId);
      return heard.at(-1) ?? false;
    };
    await receiveDeliveryProof(
      { proofArrived: proofArrived, pause: async (seconds) => pauses.push(seconds), now: () => at },
      { arn: keyArn, requestId: 'r' },
      madeAt,
    );
    return { heard, pauses };
  };

  it('accepts the expected one', async () => {
    expect(await hearing(['r'])).toEqual({ heard: [true], pauses: [] });
  });

  it('waits for its check, which may not have recorded the request yet', async () => {
    expect(await hearing([null, 'r'])).toEqual({ heard: [false, true], pauses: [1] });
  });

  it('ignores unknown, duplicate, late and forged ones', async () => {
    expect(await hearing(['another'])).toEqual({ heard: [false, false], pauses: [1] });
    expect(await hearing(['another'], minutesBefore(3))).toEqual({ heard: [false], pauses: [] });
    expect(await hearing(['another'], 'rubbish')).toEqual({ heard: [false], pauses: [] });
  });
});
