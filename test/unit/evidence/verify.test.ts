/** Verification of evidence bundles, intact and tampered with. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evidencePage } from '#lib/evidence/page/page.ts';
import type { Bundle, Statement } from '#lib/evidence/statement.ts';
import { entryHash } from '#lib/model/entry.ts';
import { verifyEvidence } from '../../../scripts/verify-evidence.ts';
import { aBundle, aLockoutsEntries, chainOf, otherPem, pem, signed } from './a-bundle.ts';

let bundle: Bundle;
beforeAll(async () => {
  bundle = await aBundle();
});

const verdict = (what: unknown, more = {}) => verifyEvidence(JSON.stringify(what), { publicKey: pem, ...more });
const refused = (text: string) => ({ code: 1, text: expect.stringContaining(text) });
/** Changed by the holder of the signing key: the signature is valid. */
const resigned = (change: (statement: Statement) => Partial<Statement>): Bundle =>
  signed({ ...bundle.statement, ...change(bundle.statement) });
type Lockout = Statement['lockouts'][number];
const withLockout = (change: (lockout: Lockout) => Partial<Lockout>): Bundle =>
  resigned(({ lockouts }) => ({ lockouts: lockouts.map((lockout) => ({ ...lockout, ...change(lockout) })) }));

describe('a bundle', () => {
  it('verifies, however its members are ordered and spaced', () => {
    expect(verdict(bundle)).toMatchObject({
      code: 0,
      text: expect.stringContaining('There was one lockout of the key'),
    });

    const { statement, signature } = bundle;
    const turned = { signature, statement: Object.fromEntries(Object.entries(statement).reverse()) };

    expect(verifyEvidence(JSON.stringify(turned, null, 4), { publicKey: pem }).code).toBe(0);
  });

  it('has a schema, and an invalid one is refused with the first fault', () => {
    const text = 'This is not a bundle of evidence: /statement: Invalid input: expected object, received undefined';
    expect(verdict({})).toEqual({ code: 2, text: expect.stringContaining(text) });
  });

  it('is refused with another public key, whatever key it brings along', () => {
    expect(verifyEvidence(JSON.stringify(bundle), { publicKey: otherPem })).toMatchObject(
      refused('another key signed it'),
    );

    const brought = { ...bundle, signature: { ...bundle.signature, publicKey: otherPem } };
    expect(verdict(brought)).toMatchObject(refused('/signature/publicKey is not the key'));
  });

  it('is refused, or can’t be read, when any one character of it is another', () => {
    const text = JSON.stringify(bundle);
    void fc.assert(
      fc.property(fc.nat({ max: text.length - 1 }), (index) => {
        const character = String.fromCharCode(text.charCodeAt(index) ^ 1);
        const flipped = `${text.slice(0, index)}${character}${text.slice(index + 1)}`;
        // One key can be written in several ways as PEM.
        const same = flipped.slice(0, text.indexOf('-----BEGIN')) === text.slice(0, text.indexOf('-----BEGIN'));
        if (!same) expect(verifyEvidence(flipped, { publicKey: pem }).code).not.toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('that is none can’t be read', () => {
    for (const text of ['', '{}', '[]', 'null', '{"statement":{}}', '<html></html>'])
      expect(verifyEvidence(text, { publicKey: pem }).code).toBe(2);
    expect(verifyEvidence(JSON.stringify(bundle), { publicKey: 'no key' }).code).toBe(2);
  });
});

describe('a bundle that its own signer falsified', () => {
  it.each([
    [
      'a cause',
      (each: Lockout) => ({ opened: each.opened && { ...each.opened, cause: 'access_denied' as const } }),
      '/lockouts/0/opened/cause',
    ],
    ['a refusal', () => ({ triedStarts: [] }), '/lockouts/0/triedStarts/0'],
    [
      'a request id',
      (each: Lockout) => ({ refusedDecrypts: each.refusedDecrypts.map((one) => ({ ...one, requestId: 'x' })) }),
      'refusedDecrypts/0/requestId',
    ],
    [
      'a digest',
      (each: Lockout) => ({ stops: each.stops.map((stop) => ({ ...stop, volumeSha256: 'cd'.repeat(32) })) }),
      '/lockouts/0/stops/',
    ],
    [
      'a comparison',
      (each: Lockout) => ({ restores: each.restores.map((one) => ({ ...one, sameAsStopped: false })) }),
      'restores/0/sameAsStopped says false, but the other facts say true',
    ],
    ['a mail', (each: Lockout) => ({ mails: [...each.mails, ...each.mails] }), '/lockouts/0/mails/1'],
  ] as const)('is refused for %s that no entry says', (_, change, place) => {
    expect(verdict(withLockout(change))).toMatchObject(refused(place));
  });

  it('is refused for a summary and for an event that no entry says', () => {
    expect(verdict(resigned(() => ({ summary: 'Nothing happened.' })))).toMatchObject(
      refused('/summary says "Nothing happened."'),
    );
    expect(verdict(resigned(() => ({ events: [] })))).toMatchObject(refused('/events/0'));
  });

  it('is refused for an entry that was changed, moved, taken from another chain, or is not about the key', () => {
    const change = (fields: object) =>
      resigned(({ entries }) => ({
        entries: entries.map((each, index) => (index === 1 ? { ...each, ...fields } : each)),
      }));
    expect(verdict(change({ at: '2026-11-24T11:00:30.000Z' }))).toMatchObject(
      refused('Entry #2 does not have the hash of its content'),
    );
    expect(verdict(change({ teamId: 'team_other' }))).toMatchObject(refused("Entry #2 is of another team's chain"));
    expect(verdict(resigned(({ entries }) => ({ entries: [...entries].reverse() })))).toMatchObject(
      refused('is not in the order of the chain'),
    );

    const neighbour = chainOf(aLockoutsEntries)[2];
    if (!neighbour) throw new Error('it is there');
    const inserted = resigned(({ entries }) => ({ entries: [...entries.slice(0, 2), neighbour, ...entries.slice(2)] }));

    expect(verdict(inserted)).toMatchObject(refused('Entry #3 is not about this key in the time span'));
  });

  it('is refused for an entry that was rewritten with its hash', () => {
    const rewritten = resigned(({ entries }) => ({
      entries: entries.map((each, index) => {
        const other = { ...each, data: { ...each.data, cause: 'access_denied' } };
        return index === 1 ? { ...other, hash: entryHash(other) } : each;
      }),
    }));

    expect(verdict(rewritten)).toMatchObject(refused('Entry #2 does not have the hash at its position in the chain'));
  });

  it('is refused for hashes that are replaced, missing, or newer than the newest', () => {
    const chain = (change: (chain: Statement['chain']) => Partial<Statement['chain']>) =>
      resigned((statement) => ({ chain: { ...statement.chain, ...change(statement.chain) } }));
    const replaced = chain(({ hashes }) => ({
      hashes: hashes.map((hash, index) => (index === 2 ? 'ef'.repeat(32) : hash)),
    }));

    expect(verdict(replaced)).toMatchObject(refused('Entry #4 does not have the previous hash of the chain'));
    expect(verdict(chain(({ hashes }) => ({ hashes: hashes.slice(1) })))).toMatchObject(refused('Entry #1 '));
    expect(verdict(chain(({ head }) => ({ head: { ...head, seq: 3 } })))).toMatchObject(
      refused('The bundle has more entries than the chain had'),
    );
    expect(verdict(chain(({ head }) => ({ head: { ...head, hash: 'ef'.repeat(32) } })))).toMatchObject(
      refused('newest hash'),
    );
  });
});

describe('beside an export of the whole timeline', () => {
  const timeline = chainOf(aLockoutsEntries);
  const beside = (what: Bundle, entries: readonly unknown[]) => verdict(what, { timeline: JSON.stringify(entries) });

  it('a bundle that says the same verifies', () => {
    expect(beside(bundle, timeline).code).toBe(0);
  });

  it('one that left an entry out is refused', async () => {
    const { statement } = await aBundle({ to: timeline[7]?.at });
    const short = signed({ ...statement, covers: bundle.statement.covers, summary: bundle.statement.summary });

    expect(verdict(short).code).toBe(0);
    expect(beside(short, timeline)).toMatchObject(refused('Entry #8 of the export is about this key in the time span'));
  });

  it('one of another history is refused, and so is an export that is not intact or too short', () => {
    const [first, ...others] = aLockoutsEntries;
    if (!first) throw new Error('it is there');
    const history = chainOf([{ ...first, actor: { kind: 'aws_principal', id: 'somebody else' } }, ...others]);

    expect(beside(bundle, history)).toMatchObject(refused('Entry #1 differs in the export'));
    expect(beside(bundle, timeline.slice(0, 4))).toMatchObject(refused('Entry #5 is not in the export'));
    expect(
      beside(
        bundle,
        timeline.map((each) => (each.seq === 3 ? { ...each, data: {} } : each)),
      ),
    ).toMatchObject(refused('NOT INTACT'));
  });
});

describe('the page of a bundle', () => {
  const visible = (page: string) => page.slice(0, page.indexOf('<script'));

  it('verifies, and is refused when it says anything else', () => {
    const page = evidencePage(bundle);

    expect(verifyEvidence(page, { publicKey: pem }).code).toBe(0);
    for (const [was, becomes] of [
      ['request-2', 'request-3'],
      ['ann@example.com', 'bob@example.com'],
      ['</body>', '<p>Added.</p></body>'],
    ] as const) {
      expect(visible(page).includes(was) || page.includes(was)).toBe(true);
      expect(verifyEvidence(page.replace(was, becomes), { publicKey: pem })).toMatchObject({ code: 1 });
    }
  });

  it('can’t be broken out of by what a customer names', () => {
    const hostile = '</script><script>alert(1)</script><b>"\'&';
    const named = resigned(({ key }) => ({ key: { ...key, arn: hostile } }));
    const page = evidencePage(named);

    expect(page).not.toContain('<script>alert');
    expect(page.match(/<\/script>/g)).toHaveLength(1);
    expect(visible(page)).toContain('&lt;script&gt;alert(1)');
  });
});
