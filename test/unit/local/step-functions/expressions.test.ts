import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { compileTemplate } from '#local/step-functions/expressions.ts';
import { jsonataFunctions } from '#local/step-functions/jsonata-functions.ts';

const functions = jsonataFunctions(() => new Date('2026-01-01T00:00:00.000Z'));
const evaluate = (expression: string, states: unknown = {}) =>
  compileTemplate(`{% ${expression} %}`, 'Output', '').evaluate({ ...functions, states });

describe('the functions that Step Functions adds to JSONata', () => {
  it('$partition cuts a list into chunks', async () => {
    expect(await evaluate('$partition([1,2,3,4,5], 2)')).toEqual([[1, 2], [3, 4], [5]]);
    await expect(evaluate('$partition([1], 0)')).rejects.toMatchObject({ error: 'States.QueryEvaluationError' });
  });

  it('$range counts from the first to the last, both included', async () => {
    expect(await evaluate('$range(0, 10, 5)')).toEqual([0, 5, 10]);
    expect(await evaluate('$range(3, 1, -1)')).toEqual([3, 2, 1]);
    await expect(evaluate('$range(0, 1, 0)')).rejects.toMatchObject({ error: 'States.QueryEvaluationError' });
  });

  it('$hash knows AWS’s algorithms and no other', async () => {
    expect(await evaluate("$hash('a', 'SHA-256')")).toBe(createHash('sha256').update('a').digest('hex'));
    await expect(evaluate("$hash('a', 'sha256')")).rejects.toMatchObject({ error: 'States.QueryEvaluationError' });
  });

  it('$random is in [0, 1), and the same for the same seed', async () => {
    const [one, other] = [await evaluate('$random(7)'), await evaluate('$random()')];
    expect(await evaluate('$random(7)')).toBe(one);
    expect(other).toBeGreaterThanOrEqual(0);
    expect(other).toBeLessThan(1);
  });

  it('$uuid makes a UUID of version 4', async () => {
    expect(await evaluate('$uuid()')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('$parse reads JSON, and fails on what is none', async () => {
    expect(await evaluate(`$parse('{"a":[1]}').a`)).toEqual([1]);
    await expect(evaluate("$parse('{')")).rejects.toMatchObject({ error: 'States.QueryEvaluationError' });
  });

  it('$now and $millis read the given clock', async () => {
    expect(await evaluate('$now()')).toBe('2026-01-01T00:00:00.000Z');
    expect(await evaluate("$now('[Y]')")).toBe('2026');
    expect(await evaluate('$millis()')).toBe(Date.UTC(2026, 0, 1));
  });
});

describe('an expression', () => {
  it('fails by its field when it throws, and when it gives a function', async () => {
    await expect(evaluate("1 + 'a'")).rejects.toMatchObject({
      error: 'States.QueryEvaluationError',
      location: 'Output',
      text: expect.stringContaining('threw an error during evaluation. T2002: '),
    });
    await expect(evaluate('function($n) { $n }')).rejects.toMatchObject({ text: expect.stringContaining('returned nothing (undefined).') });
    await expect(evaluate('$sum')).rejects.toMatchObject({ text: expect.stringContaining('returned nothing (undefined).') });
  });

  it('fails, and does not hang, when it never ends', async () => {
    await expect(evaluate('($f := function($n) { 1 + $f($n) }; $f(1))')).rejects.toMatchObject({ error: 'States.QueryEvaluationError' });
  });

  it('does not change what it reads', async () => {
    const states = { input: { list: [3, 1, 2] } };
    expect(await evaluate('$sort($states.input.list)', states)).toEqual([1, 2, 3]);
    expect(states).toEqual({ input: { list: [3, 1, 2] } });
  });
});
