/** Whether turning a key off would work, as the console says it; and what it says of a degraded key. */
import { describe, expect, it } from '@jest/globals';
import type { Readiness } from '#console/api/types.ts';
import { concerns } from '#console/view-models/concerns.ts';
import { keyRow, keyRows, tally } from '#console/view-models/key-row.ts';
import { keyStatus } from '#console/view-models/key-status.ts';
import { readinessSummary, readinessWord } from '#console/view-models/readiness.ts';
import { timelineLine } from '#console/view-models/timeline.ts';
import { readinessCodes } from '#lib/model/readiness/codes.ts';
import { aKey, aLockout, anEntry } from './things.ts';

type Item = Readiness['items'][number];
const item = (code: Item['code'], status: Item['status']): Item => ({
  ...{ code, status, detail: `about ${code}`, since: null },
  fix: [{ text: null, commands: ['aws kms describe-key'] }],
});

const now = Date.parse('2026-11-29T13:00:00.000Z');

describe('readiness', () => {
  it('says first what fails, then what warns and what is unknown; what passes is apart', () => {
    const { open, passed, tone } = readinessSummary({
      verdict: 'not_ready',
      items: [
        item('key_usable', 'pass'),
        item('rotation', 'warn'),
        item('siblings', 'unknown'),
        item('backup', 'fail'),
      ],
    });

    expect(open.map(({ status }) => status)).toEqual(['fail', 'warn', 'unknown']);
    expect(open.map((line) => line.tone)).toEqual(['red', 'amber', 'grey']);
    expect(passed.map(({ title }) => title)).toEqual(['The key is usable']);
    expect(tone).toBe('red');
  });

  it('has a title of its own for every item of the API', () => {
    const items = readinessCodes.map((code) => item(code, 'pass'));
    const { passed } = readinessSummary({ verdict: 'ready', items });

    expect(new Set(passed.map(({ title }) => title)).size).toBe(readinessCodes.length);
    expect(passed.filter(({ title }) => /_/.test(title))).toEqual([]);
  });

  it('is a word in lists', () => {
    expect(readinessWord({ verdict: 'ready', count: 0 })).toEqual(['green', 'ready']);
    expect(readinessWord({ verdict: 'at_risk', count: 2 })).toEqual(['amber', '2 at risk']);
    expect(readinessWord({ verdict: 'not_ready', count: 1 })).toEqual(['red', 'not ready: 1 item']);
  });
});

const refused = { ...aKey().check.actions, Encrypt: 'denied', CreateGrant: 'denied' } as const;
const degraded = aKey({ status: 'degraded', check: { ...aKey().check, verdict: 'degraded', actions: refused } });

describe('a degraded key', () => {
  it('is amber everywhere, and its page says which actions are refused and that databases continue to serve', () => {
    expect(keyRow(degraded, null)).toMatchObject({ state: 'degraded', tone: 'amber', stopsAt: null });
    const status = keyStatus({ key: degraded, lockout: null });
    expect(status).toMatchObject({ tone: 'amber', headline: 'Degraded', countdown: null });
    expect(status.detail).toContain('KMS refuses Encrypt, CreateGrant. Decrypt works, so what serves goes on.');
    expect(concerns([degraded], [], now)).toMatchObject([{ tone: 'amber', stopsAt: null }]);
  });

  it('is counted apart from keys that wait', () => {
    const waiting = aKey({ id: 'key_b', status: 'unusable', lockout: 'lk_a' });

    expect(tally(keyRows([degraded, waiting], [aLockout()]))).toMatchObject({ waiting: 1, degraded: 1 });
  });

  it('that is strict has a lockout, which says more', () => {
    const strict = { ...degraded, strict: true, status: 'unusable', lockout: 'lk_a' } as const;

    expect(keyStatus({ key: strict, lockout: aLockout() }).headline).toMatch(/stop at$/);
  });

  it('is in the timeline with the refused actions', () => {
    const data = { refusals: [{ action: 'Encrypt', statement: {} }, { action: 'CreateGrant' }] };

    expect(timelineLine(anEntry({ type: 'KeyDegraded', data }))).toMatchObject({
      ...{ title: 'Key degraded', detail: 'Encrypt, CreateGrant', tone: 'amber', topic: 'key' },
    });
  });
});
