/** What the other screens say: databases, the timeline, problems, evidence, and the registration of a key. */
import { describe, expect, test } from '@jest/globals';
import { bytes, databaseRows, forkText } from '#console/view-models/database-row.ts';
import { periods } from '#console/view-models/evidence.ts';
import { problemIn } from '#console/view-models/problem.ts';
import { createKeyCommands, isAccountId, refusedCheck } from '#console/view-models/registration.ts';
import { mergedEntries, timelineLine } from '#console/view-models/timeline.ts';
import { aDatabase, aKey, anEntry } from './things.ts';

describe('databases', () => {
  test('that do not serve come first', () => {
    const rows = databaseRows([
      aDatabase({ name: 'b' }),
      aDatabase({ name: 'a' }),
      aDatabase({ name: 'z', status: 'stopped' }),
    ]);

    expect(rows.map(({ name, tone }) => [name, tone])).toEqual([
      ['z', 'red'],
      ['a', 'green'],
      ['b', 'green'],
    ]);
  });

  test('show how far a fork is behind its leader', () => {
    const fork = { leader: 'orders', leaderId: 'db_b', lagBytes: 12_000, caughtUp: false, link: 'up' as const };

    expect(forkText({ fork })).toBe('follows orders, 12 kB behind');
    expect(forkText({ fork: { ...fork, caughtUp: true } })).toBe('follows orders, caught up');
    expect(forkText({ fork: { ...fork, link: 'down' } })).toBe('follows orders, not connected');
    expect(forkText({ fork: null })).toBeNull();
    expect([0, 999, 1400, 25e9].map(bytes)).toEqual(['0 B', '999 B', '1.4 kB', '25 GB']);
  });
});

describe('the timeline', () => {
  test('reads as lines, of unknown types too', () => {
    expect(timelineLine(anEntry({ data: { cause: 'key_disabled' } }))).toMatchObject({
      title: 'Lockout opened',
      detail: 'The key is disabled',
      actor: 'aws principal arn:aws:iam::111122223333:user/ada',
      topic: 'lockout',
    });
    expect(timelineLine(anEntry({ type: 'SomethingNewHappened', data: { name: 'x' } }))).toMatchObject({
      title: 'Something new happened',
      detail: 'x',
      tone: 'grey',
    });
  });

  test('shows hostile data as text', () => {
    const line = timelineLine(anEntry({ type: 'DatabaseCreated', data: { name: '\u202e<script>' } }));

    expect(line.detail).toBe('\ufffd<script>');
  });

  test('has each entry once, newest first, however often it is read', () => {
    const [a, b, c] = [1, 2, 3].map((seq) => anEntry({ seq }));

    expect(mergedEntries([b, a] as never, [c, b] as never).map(({ seq }) => seq)).toEqual([3, 2, 1]);
  });
});

describe('a problem', () => {
  test('is shown with what the API gave', () => {
    const body = {
      type: 'https://x/problems/key_rejected',
      title: 'T',
      status: 422,
      detail: 'D',
      instance: 'r',
      check: 1,
    };

    expect(problemIn(422, body)).toEqual({
      status: 422,
      code: 'key_rejected',
      title: 'T',
      detail: 'D',
      instance: 'r',
      extra: { check: 1 },
    });
  });

  test('of API Gateway itself, or of something else, is shown all the same', () => {
    expect(problemIn(503, { message: 'Service Unavailable' })).toMatchObject({ title: 'Service Unavailable' });
    expect(problemIn(502, null)).toMatchObject({ title: 'The API answered with status 502', code: 'http_502' });
    expect(problemIn(500, '<html>')).toMatchObject({ code: 'http_500' });
  });
});

describe('evidence', () => {
  test('is offered for the last 31 days and for each month since the key was registered', () => {
    const now = Date.parse('2026-11-29T13:00:00Z');

    expect(periods('2026-09-15T00:00:00Z', now).map(({ label }) => label)).toEqual([
      'Last 31 days',
      'November 2026',
      'October 2026',
      'September 2026',
    ]);
    expect(periods('2020-01-01T00:00:00Z', now)).toHaveLength(13);
    expect(periods('2026-11-29T12:00:00Z', now)[1]).toMatchObject({ from: '2026-11-01T00:00:00.000Z' });
  });
});

describe('the registration of a key', () => {
  test('gives commands that a shell takes as they are', () => {
    const commands = createKeyCommands({ Sid: "it's" }, "a'b");

    expect(commands).toContain(`POLICY='{"Sid":"it'\\''s"}'`);
    expect(commands).toContain(`--description 'a'\\''b'`);
  });

  test('takes twelve digits for an account', () => {
    expect(['111122223333', '11112222333', '1111222233334', '11112222333a', ''].map(isAccountId)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  test('shows the rights of a refused key, and nothing for other problems', () => {
    const { actions } = aKey().check;
    const problem = problemIn(422, { type: 'x/key_rejected', check: { actions }, fixes: [] });

    expect(refusedCheck(problem)).toEqual({ actions, fixes: [] });
    expect(refusedCheck(problemIn(409, { type: 'x/key_taken' }))).toBeNull();
    expect(refusedCheck(problemIn(422, { type: 'x/key_rejected' }))).toBeNull();
  });
});
