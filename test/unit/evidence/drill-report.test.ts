/** The signed report of a drill: what it says, and that no changed figure is verified. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reportDrill } from '#lib/drills/report.ts';
import { issueDrillReport } from '#lib/evidence/drill/issue.ts';
import type { DrillStatement, SignedDrillReport } from '#lib/evidence/drill/statement.ts';
import { drillPage } from '#lib/evidence/page/drill.ts';
import '#test/support/matchers.ts';
import { teamId } from '#test/support/build.ts';
import { verifyEvidence } from '../../../scripts/verify-evidence.ts';
import { aScene, reach, type Scene } from '../drills/drilling.ts';
import { aRealScene, disable, enable } from '../drills/real-drill.ts';
import { otherPem, pem, signed } from './a-bundle.ts';

let scene: Scene;
let report: SignedDrillReport;

const footprintOf = () => ({ instanceType: 'r7g.large', volumeGiB: 25 });
const signer = async () => ({ keyId: 'arn:aws:kms:us-east-1:210987654321:key/evidence', publicKey: pem });
/** The fake KMS of this test signs nothing; `signed` signs the statement. */
const issue = async ({ deps, drill }: Scene): Promise<SignedDrillReport> => {
  const issued = issueDrillReport({
    report: reportDrill({ ...deps, footprintOf }),
    signer,
    signDigest: async () => 'unsigned',
  });
  return signed((await issued(teamId, drill().id)).statement);
};

beforeAll(async () => {
  scene = aScene();
  await scene.start();
  await reach(scene, 'ended');
  report = await issue(scene);
});

const verdict = (file: unknown, publicKey = pem) => verifyEvidence(JSON.stringify(file), { publicKey });
/** Changed by the holder of the signing key: the signature is valid. */
const resigned = (changes: Partial<DrillStatement>) => signed({ ...report.statement, ...changes });

/** All JSON pointers to the members that are neither objects nor lists. */
const leaves = (value: unknown, path: readonly string[] = []): (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, member]) => leaves(member, [...path, name]))
    : [path];
const changedAt = (value: unknown, [name, ...rest]: readonly string[]): unknown => {
  if (name === undefined) return typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : 'other';
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[name] = changedAt(copy[name], rest);
  return copy;
};

describe('the report of a drill', () => {
  it('says what was measured, what was not shown, and what it cost', () => {
    expect(report.statement).toMatchObject({
      summary: expect.stringMatching(
        /^A simulated drill of the key arn:\S+, with a fork of the database \S+, passed\./,
      ),
      drill: { outcome: 'passed', drillKey: null, lockout: { steps: expect.any(Array) } },
      parity: { isSame: true },
      cost: { instanceType: 'r7g.large', snapshots: 0 },
      fixes: [],
    });
    expect(report.statement.notShown[0]).toMatch(/KMS refuses/);
    expect(JSON.stringify(report)).not.toContain('a'.repeat(40));
  });

  it('is the same for the same drill, whenever it is requested', async () => {
    scene.later(86_400);

    expect((await issue(scene)).statement).toEqual(report.statement);
  });

  it('is refused while the drill is under way', async () => {
    const running = aScene();
    await running.start();

    await expect(issue(running)).rejects.toMatchObject({ code: 'wrong_state' });
  });

  it('has what a real drill found, which cannot be changed either', async () => {
    const real = await aRealScene();
    await reach(real, 'awaiting_disable');
    await disable(real, 'sweep');
    await reach(real, 'awaiting_enable');
    await enable(real);
    await reach(real, 'ended');
    const issued = await issue(real);
    const { statement } = issued;

    expect(statement.drill.findings).toMatchObject({ isEventSeen: false, contacts: { reachable: 0, bounced: [] } });
    expect(statement.fixes).toHaveLength(2);
    expect(verdict(issued)).toMatchObject({ code: 0 });
    expect(drillPage(issued)).toContain('Reachable contacts');
    const { findings: _left, ...others } = statement.drill;
    expect(verdict(signed({ ...statement, drill: others }))).toMatchObject({ code: 1 });
    const malformed = { ...statement, drill: { ...statement.drill, findings: { isEventSeen: false } } };
    expect(verdict(signed(malformed as unknown as DrillStatement)).code).not.toBe(0);
  });

  it('names what to fix after a drill that failed', async () => {
    const failing = aScene();
    await failing.start();
    failing.responses.digests.after = { state: 'done', keys: 3, expiring: 0, digest: 'b'.repeat(40) };
    await reach(failing, 'ended');
    const { statement } = await issue(failing);

    expect(statement).toMatchObject({
      drill: { outcome: 'failed', failure: 'data_differs' },
      parity: { isSame: false },
    });
    expect(statement.fixes[0]?.text).toMatch(/differs after the restore/);
    expect(verdict(signed(statement)).code).toBe(0);
  });
});

describe('the verification of a report', () => {
  it('verifies the report and its page', () => {
    expect(verdict(report)).toMatchObject({ code: 0, text: expect.stringContaining('Verified: A simulated drill') });
    expect(verifyEvidence(drillPage(report), { publicKey: pem }).code).toBe(0);
  });

  it('fails for a change of any member, and with another public key', () => {
    const places = leaves(report.statement);
    expect(places.length).toBeGreaterThan(60);
    for (const place of places)
      expect({ place, code: verdict(changedAt(report, ['statement', ...place])).code }).not.toEqual({ place, code: 0 });

    expect(verdict(report, otherPem)).toMatchObject({
      code: 1,
      text: expect.stringContaining('another key signed it'),
    });
  });

  it('fails for a page in which any one character is another', () => {
    const page = drillPage(report);
    void fc.assert(
      fc.property(fc.nat({ max: page.length - 1 }), (index) => {
        const character = String.fromCharCode(page.charCodeAt(index) ^ 1);
        const flipped = `${page.slice(0, index)}${character}${page.slice(index + 1)}`;
        expect(verifyEvidence(flipped, { publicKey: pem }).code).not.toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['a phase', { phases: [] }, '/phases/0'],
    ['a summary', { summary: 'All is well.' }, '/summary says "All is well."'],
    ['what was not shown', { notShown: [] }, '/notShown/0'],
    ['the cost', { cost: null }, '/cost'],
    ['a fix', { fixes: [{ text: 'Nothing.', command: null }] }, '/fixes/0'],
  ] as const)('fails for %s that the signer falsified', (_, changes, place) => {
    expect(verdict(resigned(changes))).toMatchObject({ code: 1, text: expect.stringContaining(place) });
  });

  it('refuses an export of the timeline, which only evidence about a key can be compared with', () => {
    expect(verifyEvidence(JSON.stringify(report), { publicKey: pem, timeline: '' })).toMatchObject({
      code: 2,
      text: expect.stringContaining('Verify the report without it'),
    });
  });

  it('cannot read a report of another shape', () => {
    expect(verdict({ statement: { format: 'latchkey-drill-report/1' } })).toMatchObject({
      code: 2,
      text: expect.stringContaining('This is not a report of a drill: /statement/drill'),
    });
  });
});
