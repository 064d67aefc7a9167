/** The verdict and the cause of a check of a key. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Action, type ActionState, neededActions } from '#lib/model/key.ts';
import { judge } from '#lib/model/key-check.ts';
import { statementFor } from '#lib/model/key-policy.ts';
import type { ProbeResult } from '#lib/model/key-probe.ts';
import { aDisabledProbe, allActions, anUnansweredProbe, aProbe, at, keyArn, parties } from '#test/support/build.ts';

const judged = (changes: Partial<ProbeResult> = {}) => judge(aProbe(changes), { arn: keyArn, at, parties });
const state = (KeyState: string) => ({
  metadata: { KeyState, KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT' },
});
const codes = (changes: Partial<ProbeResult>) => judged(changes).warnings.map(({ code }) => code);

describe('the verdict', () => {
  it('is usable when every action is allowed', () => {
    expect(judged()).toMatchObject({
      verdict: 'usable',
      cause: null,
      fault: null,
      keyState: 'Enabled',
      ownership: 'proven',
      warnings: [],
      fixes: [],
    });
  });

  it.each([
    ['Disabled', 'key_disabled'],
    ['PendingDeletion', 'deletion_scheduled'],
    ['PendingReplicaDeletion', 'deletion_scheduled'],
    ['PendingImport', 'material_expired'],
  ])('is unusable in the state %s: %s', (keyState, cause) => {
    expect(judged({ ...state(keyState), actions: allActions('unknown') })).toMatchObject({
      verdict: 'unusable',
      cause,
      keyState,
    });
  });

  it.each([
    ['Unavailable', 'key_store_unavailable'],
    ['Creating', 'kms_unreachable'],
    ['Updating', 'kms_unreachable'],
  ])('is unknown in the state %s: %s', (keyState, cause) => {
    expect(judged({ ...state(keyState), actions: allActions('unknown') })).toMatchObject({ verdict: 'unknown', cause });
  });

  it('believes a real call that names the cause, even where the state could not be read', () => {
    expect(judge({ ...aDisabledProbe(), metadata: null }, { arn: keyArn, at, parties })).toMatchObject({
      verdict: 'unusable',
      cause: 'key_disabled',
    });
  });

  it('is unknown when KMS does not respond, with the reason', () => {
    expect(judge(anUnansweredProbe(), { arn: keyArn, at, parties })).toMatchObject({
      verdict: 'unknown',
      cause: 'kms_unreachable',
    });
    expect(
      judged({ unknown: 'key_store_unavailable', actions: { ...allActions('allowed'), Decrypt: 'unknown' } }),
    ).toMatchObject({
      verdict: 'unknown',
      cause: 'key_store_unavailable',
    });
  });

  it('is unknown if one response is missing, even without a cause', () => {
    expect(judged({ unknown: null, actions: { ...allActions('allowed'), Decrypt: 'unknown' } })).toMatchObject({
      verdict: 'unknown',
      cause: 'kms_unreachable',
    });
  });

  it('is unusable for a key that no longer exists', () => {
    expect(judged({ found: false, metadata: null })).toMatchObject({
      verdict: 'unusable',
      cause: 'deletion_scheduled',
      fault: 'not_found',
    });
  });

  it.each([
    [{ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' }, 'not_symmetric'],
    [{ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }, 'not_symmetric'],
    [{ KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'SIGN_VERIFY' }, 'wrong_usage'],
  ])('finds the fault of a key that is %j', (metadata, fault) => {
    expect(judged({ metadata: { KeyState: 'Enabled', ...metadata } })).toMatchObject({ verdict: 'unusable', fault });
  });

  it.each(neededActions.filter((action) => !action.endsWith('Grant')))(
    'is unknown when %s alone goes unanswered',
    (action) => {
      expect(judged({ actions: { ...allActions('allowed'), [action]: 'unknown' } }).verdict).toBe('unknown');
    },
  );

  it('does not wait for CreateGrant and RevokeGrant, which only the data plane can try', () => {
    expect(
      judged({ actions: { ...allActions('allowed'), CreateGrant: 'unknown', RevokeGrant: 'unknown' } }).verdict,
    ).toBe('usable');
  });
});

describe('a denied action', () => {
  const others = neededActions.filter((action) => action !== 'Decrypt');
  const without = (action: Action) => ({ actions: { ...allActions('allowed'), [action]: 'denied' as const } });

  it('makes the key unusable if it is Decrypt, and the fix is the statement for it', () => {
    const check = judged(without('Decrypt'));
    expect(check).toMatchObject({ verdict: 'unusable', cause: 'access_denied' });
    expect(check.fixes[0]).toEqual({ action: 'Decrypt', statement: statementFor('Decrypt', parties) });
  });

  it.each(others)('%s makes the key degraded, and the fix is the statement for it', (action) => {
    const check = judged(without(action));
    expect(check).toMatchObject({ verdict: 'degraded', cause: null });
    expect(check.fixes[0]).toEqual({ action, statement: statementFor(action, parties) });
  });

  it.each(neededActions)('%s makes a strict key unusable', (action) => {
    const check = judge(aProbe(without(action)), { arn: keyArn, at, parties, strict: true });
    expect(check).toMatchObject({ verdict: 'unusable', cause: 'access_denied' });
  });

  it('degrades nothing while KMS does not respond for Decrypt', () => {
    const actions = { ...allActions('allowed'), Encrypt: 'denied', Decrypt: 'unknown' } as const;
    expect(judged({ actions })).toMatchObject({ verdict: 'unknown', cause: 'kms_unreachable' });
  });

  it('is fixed for each that is denied, whatever the mix; only Decrypt decides, except for a strict key', () => {
    const states = fc.constantFrom<ActionState>('allowed', 'denied', 'unknown');
    const mix = fc.record(
      Object.fromEntries(neededActions.map((action) => [action, states])) as Record<Action, typeof states>,
    );
    fc.assert(
      fc.property(mix, fc.boolean(), (actions, strict) => {
        const { fixes, verdict } = judge(aProbe({ actions }), { arn: keyArn, at, parties, strict });
        const denied = neededActions.filter((action) => actions[action] === 'denied');
        expect(fixes.slice(0, denied.length).map(({ action }) => action)).toEqual(denied);
        expect(fixes.length > 0).toBe(denied.length > 0);
        expect(verdict === 'unusable').toBe(actions.Decrypt === 'denied' || (strict && denied.length > 0));
        expect(verdict === 'degraded').toBe(!strict && denied.length > 0 && actions.Decrypt === 'allowed');
      }),
    );
  });

  it('counts less than the state that explains it', () => {
    expect(judged({ ...state('Disabled'), actions: { ...allActions('allowed'), Encrypt: 'denied' } }).cause).toBe(
      'key_disabled',
    );
  });
});

describe('a warning', () => {
  it('says that the material never rotates, with the command that changes it', () => {
    expect(judged({ rotation: false })).toMatchObject({
      verdict: 'usable',
      rotation: false,
      warnings: [
        {
          code: 'rotation_off',
          detail: expect.stringContaining('never rotates'),
          fix: `aws kms enable-key-rotation --key-id ${keyArn} --region us-east-1`,
        },
      ],
    });

    const known = judged({
      rotation: false,
      metadata: { KeyState: 'Enabled', KeySpec: 'SYMMETRIC_DEFAULT', Origin: 'AWS_KMS' },
    });
    expect(known.warnings).toMatchObject([
      { fix: `aws kms enable-key-rotation --key-id ${keyArn} --region us-east-1` },
    ]);
    expect(judged({ rotation: false, metadata: null }).warnings).toMatchObject([{ code: 'rotation_off' }]);
  });

  it('says when rotation cannot be read, unless nothing can', () => {
    expect(codes({ rotation: null })).toEqual(['rotation_unknown']);
    expect(judged({ rotation: null }).warnings).toMatchObject([
      { detail: expect.stringContaining('does not let'), fix: expect.stringContaining('kms:GetKeyRotationStatus') },
    ]);
    expect(codes({ rotation: null, actions: { ...allActions('allowed'), DescribeKey: 'denied' } })).toEqual([]);
  });

  it('does not blame the policy for a key that AWS never rotates, or that cannot be used at all', () => {
    const imported = judged({
      rotation: null,
      metadata: { KeyState: 'Enabled', KeySpec: 'SYMMETRIC_DEFAULT', Origin: 'EXTERNAL' },
    });

    expect(imported.warnings).toMatchObject([{ code: 'rotation_off', detail: expect.stringContaining('EXTERNAL') }]);
    expect(imported.warnings[0]?.fix).toMatch(/^Rotate it by hand/);
    expect(codes({ rotation: null, metadata: { KeyState: 'Enabled', KeySpec: 'RSA_2048' } })).toEqual([]);
  });

  it('is none about rotation of a key that no database can be put under', () => {
    const asymmetric = { KeyState: 'Enabled', KeySpec: 'RSA_2048', Origin: 'AWS_KMS' };
    for (const rotation of [null, false]) expect(judged({ rotation, metadata: asymmetric }).warnings).toEqual([]);
  });

  it('says when the policy lets any team through, with the condition that binds it', () => {
    const { ownership, warnings } = judged({ foreignContext: 'allowed' });

    expect(ownership).toBe('unproven');
    expect(warnings).toMatchObject([
      {
        code: 'ownership_unproven',
        detail: expect.stringContaining('any team'),
        fix: expect.stringContaining(parties.teamId),
      },
    ]);
  });

  it('leaves ownership open when the policy allows no team', () => {
    expect(judged({ foreignContext: 'denied', actions: allActions('denied') }).ownership).toBe('unknown');
    expect(
      judged({ foreignContext: 'denied', actions: { ...allActions('unknown'), DescribeKey: 'allowed' } }).ownership,
    ).toBe('proven');
  });

  it('leaves ownership open when KMS did not say', () => {
    expect(judged({ foreignContext: 'unknown' }).ownership).toBe('unknown');
  });
});

it('keeps the day on which KMS deletes the key', () => {
  const DeletionDate = new Date('2026-12-24T11:00:00.000Z');

  expect(judged({ metadata: { KeyState: 'PendingDeletion', DeletionDate } }).deletionDate).toBe(
    '2026-12-24T11:00:00.000Z',
  );
});
