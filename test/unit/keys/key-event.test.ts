/** Events about keys: which are trusted to trigger a check. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { onKeyChanged } from '#lib/keys/on-key-changed.ts';
import type { Commit } from '#lib/model/items/commit.ts';
import { type BusEvent, directEvents, keyEventOf, newsworthyCalls } from '#lib/model/key-event.ts';
import type { Observation } from '#lib/model/observation.ts';
import { Problem, Transient } from '#lib/model/problem.ts';
import { at, keyArn, teamId } from '#test/support/build.ts';

const principal = 'arn:aws:iam::111122223333:user/admin';
const bareId = '1234abcd-12ab-34cd-56ef-1234567890ab';
const aRecord = {
  eventSource: 'kms.amazonaws.com',
  eventName: 'DisableKey',
  userIdentity: { arn: principal },
  requestParameters: { keyId: bareId },
  resources: [{ accountId: '111122223333', type: 'AWS::KMS::Key', ARN: keyArn }],
  eventID: 'trail-1',
  requestID: 'request-1',
  eventTime: '2026-11-24T10:59:58Z',
};
const anEvent = (changes: Partial<BusEvent> = {}): BusEvent => ({
  id: 'event-1',
  source: 'aws.kms',
  'detail-type': 'AWS API Call via CloudTrail',
  account: '111122223333',
  time: at.toISOString(),
  resources: [],
  detail: aRecord,
  ...changes,
});
const aCall = (changes: object) => anEvent({ detail: { ...aRecord, ...changes } });

describe('an event about a key', () => {
  it.each(newsworthyCalls)('is the call %s: it names the key by its resources, and the actor', (eventName) => {
    expect(keyEventOf(aCall({ eventName }))).toEqual({
      arns: [keyArn],
      name: eventName,
      actor: { kind: 'aws_principal', id: principal },
      isTurn: !['EnableKeyRotation', 'DisableKeyRotation'].includes(eventName),
      cloudTrail: { eventId: 'trail-1', requestId: 'request-1', at: '2026-11-24T10:59:58Z' },
      ignored: null,
    });
  });

  it("is the end of a grant by a principal of the key's own account", () => {
    const userIdentity = { arn: principal, accountId: '111122223333' };

    expect(keyEventOf(aCall({ eventName: 'RetireGrant', userIdentity }))).toMatchObject({
      arns: [keyArn],
      isTurn: false,
      ignored: null,
    });
  });

  it.each(directEvents)('is KMS’s own event %s: it names the key by the envelope', (type) => {
    expect(keyEventOf(anEvent({ 'detail-type': type, resources: [keyArn], detail: { 'key-id': bareId } }))).toEqual({
      arns: [keyArn],
      name: type,
      actor: { kind: 'event', id: 'event-1' },
      isTurn: type !== 'KMS CMK Rotation',
      cloudTrail: null,
      ignored: null,
    });
  });

  it('records nothing of a malformed record', () => {
    for (const eventID of [undefined, 7, '<script>', 'a'.repeat(65)])
      expect(keyEventOf(aCall({ eventID }))?.cloudTrail).toBeNull();

    const odd = keyEventOf(aCall({ requestID: '\n', eventTime: 'yesterday' }));
    expect(odd?.cloudTrail).toEqual({ eventId: 'trail-1', requestId: null, at: null });
  });

  it('names a key once', () => {
    expect(keyEventOf(anEvent({ resources: [keyArn] }))?.arns).toEqual([keyArn]);
  });

  it('is ignored when the call failed', () => {
    expect(keyEventOf(aCall({ errorCode: 'AccessDenied' }))?.ignored).toBe('failed_call');
  });

  it('is ignored when its sender is another account than the key’s, whatever the detail says', () => {
    const forged = aCall({
      recipientAccountId: '111122223333',
      userIdentity: { arn: principal, accountId: '111122223333' },
    });

    expect(keyEventOf({ ...forged, account: '999999999999' })).toMatchObject({
      arns: [keyArn],
      ignored: 'foreign_account',
    });
  });

  it('has only the sender’s own keys as news', () => {
    const foreign = keyArn.replace('111122223333', '999999999999');
    expect(keyEventOf(anEvent({ resources: [foreign, keyArn] }))).toMatchObject({ arns: [keyArn], ignored: null });
  });
});

describe('no news', () => {
  it('is a bare id, which could belong to any account', () => {
    expect(keyEventOf(aCall({ resources: [] }))).toBeNull();
    expect(keyEventOf(anEvent({ resources: [bareId], detail: { ...aRecord, resources: null } }))).toBeNull();
  });

  it('is an alias, or a thing of another service', () => {
    for (const arn of ['arn:aws:kms:us-east-1:111122223333:alias/mine', 'arn:aws:s3:::bucket'])
      expect(keyEventOf(aCall({ resources: [{ ARN: arn }] }))).toBeNull();
  });

  it('is a call that changes nothing about it, of another service, or from another source', () => {
    for (const eventName of ['Decrypt', 'DescribeKey', 'TagResource', undefined])
      expect(keyEventOf(aCall({ eventName }))).toBeNull();
    expect(keyEventOf(aCall({ eventSource: 'ec2.amazonaws.com' }))).toBeNull();
    expect(keyEventOf(anEvent({ source: 'my.kms' }))).toBeNull();
    expect(keyEventOf(anEvent({ 'detail-type': 'Something else' }))).toBeNull();
  });

  it.each([
    ['the platform', { arn: 'arn:aws:sts::210987654321:assumed-role/server/i-1', accountId: '210987654321' }],
    ['EC2', { type: 'AWSService', invokedBy: 'ec2-frontend-api.amazonaws.com' }],
  ])('is the end of a grant by %s', (_who, userIdentity) => {
    expect(keyEventOf(aCall({ eventName: 'RetireGrant', userIdentity }))).toBeNull();
  });

  it('is any rubbish, and it never throws', () => {
    fc.assert(
      fc.property(fc.anything(), fc.array(fc.string()), (detail, resources) => {
        expect(keyEventOf(anEvent({ detail, resources }))).toBeNull();
        expect(keyEventOf(anEvent({ 'detail-type': 'KMS CMK Deletion', detail, resources }))).toBeNull();
      }),
    );
  });
});

/** No delivery proof is expected. */
const deaf = { proofArrived: async () => false, newsArrived: async () => true, pause: async () => undefined };

describe('the listener', () => {
  const listening = (registered: readonly string[]) => {
    const observed: Observation[] = [];
    const recorded: Commit[] = [];
    const news: string[] = [];
    const listen = onKeyChanged({
      ownerOf: async (arn) => (registered.includes(arn) ? { teamId, keyId: 'key_1' } : null),
      reconcile: async (observation) => void observed.push(observation),
      commit: async (unit) => {
        const isSame = (other: Commit) => JSON.stringify(other.changes) === JSON.stringify(unit.changes);
        if (recorded.some(isSame)) throw new Problem('version_mismatch', 'It is there');
        recorded.push(unit);
      },
      ...deaf,
      newsArrived: async (arn) => news.push(arn) > 0,
      now: () => at,
    });
    return { observed, recorded, news, listen };
  };

  it('runs a full check of the key, in the name of the actor', async () => {
    const { observed, recorded, listen } = listening([keyArn]);
    await listen(anEvent());

    expect(observed).toEqual([
      { teamId, keyId: 'key_1', depth: 'full', actor: { kind: 'aws_principal', id: principal } },
    ]);

    const cloudTrail = { eventId: 'trail-1', requestId: 'request-1', at: '2026-11-24T10:59:58Z' };
    expect(recorded.flatMap(({ entries }) => entries)).toEqual([
      {
        type: 'KeyEventReceived',
        actor: { kind: 'aws_principal', id: principal },
        subject: { keyId: 'key_1' },
        data: { arn: keyArn, name: 'DisableKey', eventId: 'event-1', cloudTrail },
      },
    ]);
  });

  it('records an event once, and observes as often as it comes; what turns no key is not recorded', async () => {
    const { observed, recorded, listen } = listening([keyArn]);
    await listen(anEvent());
    await listen(anEvent({ id: 'event-2' }));

    await listen(aCall({ eventName: 'EnableKeyRotation', eventID: 'trail-2' }));

    expect([observed.length, recorded.length]).toEqual([3, 1]);
  });

  it('records the event for the sweep, since KMS is eventually consistent; a rotation is not recorded', async () => {
    const { news, listen } = listening([keyArn]);
    await listen(aCall({ eventName: 'EnableKeyRotation' }));

    expect(news).toEqual([]);

    await listen(anEvent());
    expect(news).toEqual([keyArn]);
  });

  it('observes the key also when the event can’t be recorded, which is then delivered again', async () => {
    const observed: Observation[] = [];
    const listen = onKeyChanged({
      ownerOf: async () => ({ teamId, keyId: 'key_1' }),
      reconcile: async (observation) => void observed.push(observation),
      commit: () => Promise.reject(new Transient('The table does not answer')),
      ...deaf,
      now: () => at,
    });

    await expect(listen(anEvent())).rejects.toThrow('The table does not answer');
    expect(observed).toHaveLength(1);
  });

  it.each([
    ['forged', { account: '999999999999' }, 'foreign_account'],
    ['failed', { detail: { ...aRecord, errorCode: 'AccessDenied' } }, 'failed_call'],
  ] as const)('observes nothing for a %s event, and records it for the key’s owner', async (_, changes, reason) => {
    const { observed, recorded, listen } = listening([keyArn]);
    await listen(anEvent(changes));
    expect(observed).toEqual([]);
    expect(recorded.map(({ teamId: team, entries }) => [team, entries])).toEqual([
      [
        teamId,
        [
          expect.objectContaining({
            type: 'KeyEventIgnored',
            data: expect.objectContaining({ arn: keyArn, reason, name: 'DisableKey' }),
          }),
        ],
      ],
    ]);
  });

  it('records a flood of them once an hour', async () => {
    const { recorded, listen } = listening([keyArn]);
    for (let count = 0; count < 5; count += 1) await listen(anEvent({ id: `event-${count}`, account: '999999999999' }));
    expect(recorded).toHaveLength(1);
  });

  it('ignores an unregistered key', async () => {
    const { observed, recorded, listen } = listening([]);
    await listen(anEvent());

    await listen(anEvent({ account: '999999999999' }));

    expect([...observed, ...recorded]).toEqual([]);
  });
});
