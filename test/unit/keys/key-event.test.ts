import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BusEvent, keyEventOf } from '#lib/keys/key-event.ts';
import type { Observation } from '#lib/keys/observe.ts';
import { onKeyChanged } from '#lib/keys/on-key-changed.ts';
import { keyArn, teamId } from '#test/support/build.ts';

const principal = 'arn:aws:iam::111122223333:user/admin';
const anEvent = (changes: Partial<BusEvent> = {}): BusEvent => ({
  id: 'event-1',
  source: 'aws.kms',
  'detail-type': 'AWS API Call via CloudTrail',
  account: '111122223333',
  resources: [],
  detail: {
    eventSource: 'kms.amazonaws.com',
    eventName: 'DisableKey',
    userIdentity: { arn: principal },
    requestParameters: { keyId: '1234abcd-12ab-34cd-56ef-1234567890ab' },
    resources: [{ accountId: '111122223333', type: 'AWS::KMS::Key', ARN: keyArn }],
  },
  ...changes,
});

describe('an event about a key', () => {
  it('names the key by its resources, and who did it', () => {
    expect(keyEventOf(anEvent())).toEqual({ arns: [keyArn], actor: { kind: 'aws_principal', id: principal } });
  });

  it('names it by the envelope too, once', () => {
    expect(keyEventOf(anEvent({ resources: [keyArn] }))?.arns).toEqual([keyArn]);
    expect(keyEventOf(anEvent({ resources: [keyArn], detail: { 'key-id': keyArn } }))).toEqual({
      arns: [keyArn],
      actor: { kind: 'event', id: 'event-1' },
    });
  });
});

describe('no news', () => {
  it('is a call that failed', () => {
    expect(keyEventOf(anEvent({ detail: { ...(anEvent().detail as object), errorCode: 'AccessDenied' } }))).toBeNull();
  });

  it('is a forged event: its sender is another account than the key’s', () => {
    expect(keyEventOf(anEvent({ account: '999999999999' }))).toBeNull();
  });

  it('is a bare id, which could be anybody’s', () => {
    expect(keyEventOf(anEvent({ detail: { requestParameters: { keyId: '1234abcd-12ab-34cd-56ef-1234567890ab' } } }))).toBeNull();
    expect(keyEventOf(anEvent({ resources: ['1234abcd-12ab-34cd-56ef-1234567890ab'], detail: null }))).toBeNull();
  });

  it('is an alias, or a thing of another service', () => {
    expect(keyEventOf(anEvent({ resources: ['arn:aws:kms:us-east-1:111122223333:alias/mine'], detail: {} }))).toBeNull();
    expect(keyEventOf(anEvent({ resources: ['arn:aws:s3:::bucket'], detail: {} }))).toBeNull();
  });

  it('is any rubbish, and it never throws', () => {
    fc.assert(
      fc.property(fc.anything(), fc.array(fc.string()), (detail, resources) => {
        expect(keyEventOf(anEvent({ detail, resources }))).toBeNull();
      }),
    );
  });
});

describe('the listener', () => {
  const listening = (registered: readonly string[]) => {
    const observed: Observation[] = [];
    const listen = onKeyChanged({
      ownerOf: async (arn) => (registered.includes(arn) ? { teamId, keyId: 'key_1' } : null),
      observe: async (observation) => void observed.push(observation),
    });
    return { observed, listen };
  };

  it('has the key observed in full, in the name of who did it', async () => {
    const { observed, listen } = listening([keyArn]);
    await listen(anEvent());
    expect(observed).toEqual([{ teamId, keyId: 'key_1', depth: 'full', actor: { kind: 'aws_principal', id: principal } }]);
  });

  it('observes nothing for a forged event or a key that nobody registered', async () => {
    const { observed, listen } = listening([keyArn]);
    await listen(anEvent({ account: '999999999999' }));
    await listening([]).listen(anEvent());
    expect(observed).toEqual([]);
  });
});
