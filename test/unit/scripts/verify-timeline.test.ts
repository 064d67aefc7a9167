/** Offline verification of an exported timeline. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type Entry, entryHash, firstHash } from '#lib/model/entry.ts';
import { anId, at, teamId, tokenActor } from '#test/support/build.ts';
import { verifyExport } from '../../../scripts/verify-timeline.ts';

function aChain(length: number): Entry[] {
  const chain: Entry[] = [];
  for (let seq = 1; seq <= length; seq++) {
    const entry = {
      ...{
        type: 'AppCreated' as const,
        actor: tokenActor,
        subject: { appId: anId('app', seq) },
        data: { name: `app-${seq}` },
      },
      ...{ id: anId('entry', seq), teamId, seq, at: at.toISOString(), previousHash: chain.at(-1)?.hash ?? firstHash },
    };
    chain.push({ ...entry, hash: entryHash(entry) });
  }
  return chain;
}

const chain = aChain(6);
const lines = (entries: readonly unknown[]) => `${entries.map((entry) => JSON.stringify(entry)).join('\n')}\n`;
const whole = { partial: false };
const head = chain.at(-1)?.hash ?? '';

describe('an intact export', () => {
  it('verifies as JSON lines, as an array, and as the API’s pages, which go backwards', () => {
    const backwards = [...chain].reverse();
    const pages = [
      { items: backwards.slice(0, 4), cursor: 'x' },
      { items: backwards.slice(4), cursor: null },
    ];

    for (const text of [
      lines(chain),
      JSON.stringify(chain),
      lines(pages),
      JSON.stringify({ items: backwards, cursor: null }),
    ])
      expect(verifyExport(text, whole)).toEqual({
        code: 0,
        text: expect.stringContaining(`Intact: entries 1 to 6.\nHead: ${head}\nNot known from this:`),
      });
  });

  it('verifies where pages overlap, and against its noted head', () => {
    expect(verifyExport(lines([...chain, ...chain.slice(2, 4)]), { ...whole, head }).code).toBe(0);
  });

  it('may begin later where that is said', () => {
    expect(verifyExport(lines(chain.slice(2)), whole)).toMatchObject({
      code: 1,
      text: expect.stringContaining('entry 1 is not there'),
    });
    expect(verifyExport(lines(chain.slice(2)), { partial: true }).text).toMatch(/^Intact: entries 3 to 6/);
  });
});

describe('an export that was tampered with', () => {
  it('names the first entry that was changed, removed or replaced', () => {
    const place = fc.nat({ max: chain.length - 1 });
    void fc.assert(
      fc.property(place, (index) => {
        const changed = chain.map((entry, each) => (each === index ? { ...entry, data: { name: 'another' } } : entry));
        expect(verifyExport(lines(changed), whole)).toMatchObject({
          code: 1,
          text: expect.stringContaining(`entry ${index + 1} was changed`),
        });
        const missing = chain.filter((_, each) => each !== index);
        const cutOff = index === chain.length - 1;
        expect(verifyExport(lines(missing), { ...whole, head })).toMatchObject({
          code: 1,
          text: cutOff
            ? expect.stringContaining('not the one that was noted')
            : expect.stringContaining(`entry ${index + 1} is not there`),
        });
      }),
    );
  });

  it('finds an entry that was changed together with its hash by the one that follows', () => {
    const forged = chain.map((entry) => (entry.seq === 3 ? { ...entry, data: { name: 'another' } } : entry));
    const third = forged[2];
    if (!third) throw new Error('there are six');

    forged[2] = { ...third, hash: entryHash(third) };

    expect(verifyExport(lines(forged), whole)).toMatchObject({
      code: 1,
      text: expect.stringContaining('entry 4 does not follow'),
    });
  });
});

describe('an invalid export', () => {
  it('is said with the line', () => {
    expect(verifyExport(`${lines(chain)}not json`, whole)).toEqual({ code: 2, text: 'Line 7 is not JSON.' });
    expect(verifyExport(lines([...chain, { seq: 7 }]), whole)).toMatchObject({
      code: 2,
      text: expect.stringContaining('Line 7'),
    });
    expect(verifyExport('', whole)).toEqual({ code: 2, text: 'There is no entry in it.' });
  });
});

describe('the command', () => {
  const run = (args: string[], input = '') =>
    execFileSync(process.execPath, [resolve(import.meta.dirname, '../../../scripts/verify-timeline.ts'), ...args], {
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
    });

  it('reads standard input, prints its usage, and exits with its verdict', () => {
    expect(run(['-'], lines(chain))).toMatch(/^Intact/);
    expect(run(['--help'])).toMatch(/--head HASH/);
    expect(() => run(['-'], lines(chain.slice(1)))).toThrow(expect.objectContaining({ status: 1 }));
    expect(() => run(['no-such-file'])).toThrow(expect.objectContaining({ status: 2 }));
    expect(() => run([])).toThrow(expect.objectContaining({ status: 2 }));
  });
});
