/** Verification of a timeline against its head and its checkpoints. */
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { SealedCheckpoint } from '#lib/model/checkpoint.ts';
import { type ChainPoint, canonicalJson, type Entry, entryHash, firstHash, type NewEntry } from '#lib/model/entry.ts';
import type { Lockout } from '#lib/model/lockout.ts';
import { checkTimeline, type TimelineCheck } from '#lib/timeline/check.ts';
import { checkpointDigest, sealAll, sealCheckpoint } from '#lib/timeline/checkpoint.ts';
import '#test/support/matchers.ts';
import { aLockout, anId, at, keyArn, sweepActor, teamId } from '#test/support/build.ts';
import { verifyExport } from '../../../scripts/verify-timeline.ts';
import { aChain, aTable, linked, pointOf } from './a-chain.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = String(publicKey.export({ type: 'spki', format: 'pem' }));
const signed = (statement: SealedCheckpoint['statement']) =>
  sign('sha256', Buffer.from(canonicalJson(statement)), privateKey).toString('base64');
const sealedAt = ({ seq, hash }: ChainPoint): SealedCheckpoint => {
  const signedBy = { keyId: 'arn:key', algorithm: 'ECDSA_SHA_256' } as const;
  const statement = {
    format: 'latchkey-checkpoint/1',
    team: teamId,
    seq,
    hash,
    sealedAt: at.toISOString(),
    previous: null,
    signedBy,
  } as const;
  return { statement, signature: signed(statement) };
};

interface Given {
  readonly size?: number;
  readonly head?: ChainPoint;
  readonly checkpoint?: SealedCheckpoint;
  readonly rows?: readonly Lockout[];
}
function checking(entries: readonly Entry[], { checkpoint, rows = [], ...table }: Given = {}) {
  const { deps, reads } = aTable(entries, table);
  const lockoutById = async (_: string, id: string) => rows.find((row) => row.id === id) ?? null;
  const check = checkTimeline({ ...deps, readCheckpoint: async () => checkpoint ?? null, lockoutById });
  return { reads, check: (query: { from?: string; cursor?: string } = {}) => check({ teamId, ...query }) };
}
const written = ({ seq, hash }: ChainPoint) => `${seq}-${hash}`;
const at8 = aChain(8);
const last = (entries: readonly Entry[]): Entry => entries.at(-1) as Entry;
/** The same entries with recomputed hashes, as after a rewrite of the whole chain. */
const rewritten = (entries: readonly Entry[]) =>
  linked(
    entries.map(
      ({ type, actor, subject, data }) => ({ type, actor, subject, data: { ...data, name: 'x' } }) as NewEntry,
    ),
  );

describe('deletions', () => {
  it('at the end show beside the head, however many', async () => {
    for (const left of [7, 5, 0])
      expect(await checking(at8.slice(0, left), { head: pointOf(last(at8)) }).check()).toMatchObject({
        ...{ intact: false, firstBad: { seq: left + 1, reason: 'missing' }, complete: true, cursor: null },
      });
  });

  it('at the end show also where the head was set back, by the last checkpoint', async () => {
    const cut = at8.slice(0, 5);
    expect(await checking(cut, { checkpoint: sealedAt(last(at8)) }).check()).toMatchObject({
      intact: false,
      firstBad: { seq: 8, reason: 'missing' },
    });
  });

  it('of everything, with the head, show by the checkpoint', async () => {
    expect(await checking([], { checkpoint: sealedAt(last(at8)) }).check()).toMatchObject({
      intact: false,
      firstBad: { seq: 8, reason: 'missing' },
    });
  });
});

describe('what else is compared', () => {
  it('is a head that the entries go beyond, or that has another hash', async () => {
    expect(await checking(at8, { head: pointOf(at8[4] as Entry) }).check()).toMatchObject({
      firstBad: { seq: 6, reason: 'head_differs' },
    });
    expect(await checking(at8, { head: { seq: 8, hash: 'f'.repeat(64) } }).check()).toMatchObject({
      firstBad: { seq: 8, reason: 'head_differs' },
    });
  });

  it('is a rewritten chain: it is consistent, and contradicts the checkpoint and a noted head', async () => {
    const anew = rewritten(at8);
    expect((await checking(anew).check()).intact).toBe(true);
    expect(await checking(anew, { checkpoint: sealedAt(last(at8)) }).check()).toMatchObject({
      firstBad: { seq: 8, reason: 'not_linked' },
    });
    expect(await checking(anew).check({ from: written(at8[3] as Entry) })).toMatchObject({
      firstBad: { seq: 4, reason: 'not_linked' },
    });
  });

  it('returns an intact chain with the checkpoint that it agrees with', async () => {
    const checkpoint = sealedAt(at8[3] as Entry);
    expect(await checking(at8, { checkpoint }).check()).toEqual({
      ...{
        intact: true,
        complete: true,
        after: 0,
        entries: 8,
        head: last(at8).hash,
        firstBad: null,
        lockouts: [],
        checkpoint,
        cursor: null,
      },
    });
    expect(await checking([]).check()).toMatchObject({ intact: true, complete: true, entries: 0, head: firstHash });
  });
});

describe('one call', () => {
  it('reads ten pages at most, and a cursor continues to the end', async () => {
    const chain = aChain(55);
    const { check, reads } = checking(chain, { size: 2 });
    const responses: TimelineCheck[] = [];
    for (let cursor: string | null | undefined; cursor !== null; cursor = responses.at(-1)?.cursor) {
      responses.push(await check(cursor ? { cursor } : {}));
      expect(reads.pages).toBeLessThanOrEqual(10 * responses.length);
    }
    expect(responses.map(({ after, entries, complete }) => [after, entries, complete])).toEqual([
      [0, 20, false],
      [20, 40, false],
      [40, 55, true],
    ]);
    expect(responses.every(({ intact }) => intact)).toBe(true);
  });

  it('continues from a noted entry, without reading earlier ones', async () => {
    const { check, reads } = checking(aChain(55), { size: 10 });
    expect(await check({ from: written(aChain(55)[49] as Entry) })).toMatchObject({
      intact: true,
      after: 50,
      entries: 55,
      complete: true,
    });
    expect(reads.pages).toBe(1);
  });

  it('takes no cursor and no point that is none', async () => {
    const { check } = checking(at8);
    for (const query of [{ cursor: 'x' }, { cursor: Buffer.from('CHAIN#1-ff').toString('base64url') }, { from: '1' }])
      await expect(check(query)).rejects.toBeProblem('invalid_request');
  });
});

describe("lockouts' rows", () => {
  const id = anId('lk', 1);
  const subject = { lockoutId: id, keyId: anId('key', 1) };
  const data = { arn: keyArn, checks: [] };
  const timeline: NewEntry[] = [
    {
      type: 'LockoutOpened',
      actor: sweepActor,
      subject,
      data: { ...data, cause: 'key_disabled', deadline: at.toISOString(), databases: 1 },
    },
    {
      type: 'LockoutAdvanced',
      actor: sweepActor,
      subject,
      data: { ...data, from: 'waiting', to: 'stopping_services' },
    },
  ];
  const step = (state: Lockout['state']) => ({ state, at: at.toISOString() });
  const row = (...states: Lockout['state'][]) =>
    aLockout({ id, state: states.at(-1) ?? 'waiting', steps: states.map(step) });

  it.each([
    ['says what the entries say', [row('waiting', 'stopping_services')], []],
    ['is gone', [], [{ lockout: id, reason: 'missing' }]],
    [
      'was called off without an entry',
      [row('waiting', 'stopping_services', 'cancelled')],
      [{ lockout: id, reason: 'changed' }],
    ],
    ['lost a step', [row('waiting')], [{ lockout: id, reason: 'changed' }]],
    [
      'has another state than its steps',
      [{ ...row('waiting', 'stopping_services'), state: 'stopped' as const }],
      [{ lockout: id, reason: 'changed' }],
    ],
    ['has another past', [row('cancelled', 'stopping_services')], [{ lockout: id, reason: 'changed' }]],
  ])('one that %s', async (_, rows, lockouts) => {
    expect(await checking(linked(timeline), { rows }).check()).toMatchObject({
      intact: lockouts.length === 0,
      lockouts,
    });
  });

  it('that is open is compared at the end, also where it opened in an earlier call', async () => {
    const many = linked([
      ...timeline,
      ...aChain(60).map(
        ({ type, actor, subject: of, data: with_ }) => ({ type, actor, subject: of, data: with_ }) as NewEntry,
      ),
    ]);
    const { check } = checking(many, { size: 2, rows: [row('waiting', 'stopping_services', 'cancelled')] });
    let response = await check();
    expect(response).toMatchObject({ intact: true, complete: false });
    while (response.cursor) response = await check({ cursor: response.cursor });
    expect(response).toMatchObject({ complete: true, intact: false, lockouts: [{ lockout: id, reason: 'changed' }] });
  });
});

describe('a daily checkpoint', () => {
  const sealing = (entries: readonly Entry[], previous: SealedCheckpoint | null = null, head?: ChainPoint) => {
    const stored: SealedCheckpoint[] = [];
    const { deps } = aTable(entries, head ? { head } : {});
    const all = {
      ...{
        ...deps,
        readCheckpoint: async () => previous,
        storeCheckpoint: async (each: SealedCheckpoint) => void stored.push(each),
      },
      ...{ signer: async () => ({ keyId: 'arn:key', publicKey: '' }), now: () => at },
      signDigest: async (digest: Uint8Array) => Buffer.from(digest).toString('base64'),
      teamsWithChains: async function* () {
        yield* ['team_1', 'team_2'];
      },
    };
    return { stored, seal: () => sealCheckpoint(all)(teamId), all };
  };

  it('says how far the chain goes, behind the one before, and is signed', async () => {
    const { stored, seal } = sealing(at8, sealedAt(at8[3] as Entry));
    expect(await seal()).toBe(true);
    expect(stored).toMatchObject([
      { statement: { ...pointOf(last(at8)), previous: pointOf(at8[3] as Entry), sealedAt: at.toISOString() } },
    ]);
    expect(stored[0]?.signature).toBe(checkpointDigest((stored[0] as SealedCheckpoint).statement).toString('base64'));
  });

  it('is not sealed anew where nothing happened', async () => {
    expect(await sealing(at8, sealedAt(last(at8))).seal()).toBe(false);
    expect(await sealing([]).seal()).toBe(false);
  });

  it('is not sealed for a chain that lost an entry, or that contradicts the one before', async () => {
    for (const { stored, seal } of [
      sealing(at8.slice(0, 6), null, pointOf(last(at8))),
      sealing(at8.slice(0, 2), sealedAt(at8[3] as Entry)),
      sealing(rewritten(at8), sealedAt(at8[3] as Entry)),
    ])
      expect([await seal(), stored]).toEqual([false, []]);
  });

  it("is sealed for every team, whatever becomes of another's", async () => {
    const { all, stored } = sealing(at8);
    const entryAt = async () => null;
    const headOfChain = async (team: string) =>
      team === 'team_1' ? Promise.reject(new Error('No table')) : pointOf(last(at8));
    expect(await sealAll({ ...all, entryAt, headOfChain })()).toEqual({ sealed: 1, left: 0 });
    expect(stored).toMatchObject([{ statement: { team: 'team_2' } }]);
  });

  it('shows offline what an export alone cannot: a truncated chain, and a rewritten one', () => {
    const checkpoint = { text: JSON.stringify({ checkpoint: sealedAt(at8[5] as Entry) }), publicKey: pem };
    const outcome = (entries: readonly Entry[], changes: Partial<typeof checkpoint> = {}) =>
      verifyExport(JSON.stringify(entries), { partial: false, checkpoint: { ...checkpoint, ...changes } });
    expect(outcome(at8)).toMatchObject({ code: 0, text: expect.stringContaining('Whether anything behind entry 6') });
    expect(outcome(at8.slice(0, 4))).toMatchObject({
      code: 1,
      text: expect.stringContaining('has entry 6, and the export does not'),
    });
    expect(outcome(rewritten(at8))).toMatchObject({
      code: 1,
      text: expect.stringContaining('entry 6 is not the one that was sealed'),
    });
    const { statement, signature } = sealedAt(at8[5] as Entry);
    const forged = { statement: { ...statement, seq: 5, hash: (at8[4] as Entry).hash }, signature };
    expect(outcome(at8, { text: JSON.stringify(forged) })).toMatchObject({
      code: 1,
      text: expect.stringContaining('the signature'),
    });
    expect(outcome(at8, { text: '{}' })).toMatchObject({ code: 2 });
    expect(verify('sha256', Buffer.from(canonicalJson(statement)), publicKey, Buffer.from(signature, 'base64'))).toBe(
      true,
    );
    expect(verifyExport(JSON.stringify(at8), { partial: false }).text).toContain(
      'an end that was cut off leaves no trace',
    );
  });
});

it('an entry that is not what its hash says is found where a walk begins', async () => {
  const edited = at8.map((entry, index) => (index === 3 ? { ...entry, data: { name: 'edited' } } : entry));
  expect(entryHash(edited[3] as Entry)).not.toBe(edited[3]?.hash);
  expect(await checking(edited).check({ from: written(at8[3] as Entry) })).toMatchObject({
    firstBad: { seq: 4, reason: 'changed' },
  });
});
