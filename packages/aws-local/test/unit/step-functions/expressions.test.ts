import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { compileTemplate } from '../../../src/step-functions/expressions.ts';
import { jsonataFunctions } from '../../../src/step-functions/jsonata-functions.ts';

const functions = jsonataFunctions(() => new Date('2026-01-01T00:00:00.000Z'));
const evaluate = (expression: string, states: unknown = {}) =>
  compileTemplate(`{% ${expression} %}`, { field: 'Output', where: '', seen: ['result'] }).evaluate({
    ...functions,
    states,
  });

describe('the functions that Step Functions adds to JSONata', () => {
  it('$partition cuts a list into chunks', async () => {
    expect(await evaluate('$partition([1,2,3,4,5], 2)')).toEqual([[1, 2], [3, 4], [5]]);
    await expect(evaluate('$partition([1], 0)')).rejects.toMatchObject({ error: 'States.QueryEvaluationError' });
  });

  it('$range counts from the first to the last, both included', async () => {
    expect(await evaluate('$range(0, 10, 5)')).toEqual([0, 5, 10]);
    expect(await evaluate('$range(3, 1, -1)')).toEqual([3, 2, 1]);
    expect(await evaluate('$range(1, 9, 9)')).toBe(1);
    expect(await evaluate('$count($range(1, 9, 9))')).toBe(1);
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
    await expect(evaluate('function($n) { $n }')).rejects.toMatchObject({
      text: expect.stringContaining('returned nothing (undefined).'),
    });
    await expect(evaluate('$sum')).rejects.toMatchObject({
      text: expect.stringContaining('returned nothing (undefined).'),
    });
  });

  it('fails, and does not hang, when it never ends', async () => {
    const spin = '($f := function($n) { $f($n) }; $f(1))';
    const real = Date.now;
    let readings = 0;
    Date.now = () => real() + 100 * readings++;
    await expect(
      evaluate(spin).finally(() => {
        Date.now = real;
      }),
    ).rejects.toMatchObject({ text: expect.stringContaining('too long') });
    await expect(evaluate('($f := function($n) { 1 + $f($n) }; $f(1))')).rejects.toMatchObject({
      error: 'States.QueryEvaluationError',
    });
  });

  it('counts its steps by itself, while others are at work', async () => {
    const deep = '($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(60))';
    expect(await Promise.all(Array.from({ length: 20 }, () => evaluate(deep)))).toEqual(
      Array.from({ length: 20 }, () => 60),
    );
  });

  it.each(['$states.input.a ?? 1', '$states.input.a ?: 1'])(
    'is refused for what JSONata 2.0.6 can not read: %s',
    (expression) => {
      expect(() => compileTemplate(`{% ${expression} %}`, { field: 'Output', where: '' })).toThrow('is invalid');
    },
  );

  it.each([
    '$states.input.list[price > 3].name',
    '$states.input.(a + b)',
    '$states.input.list^(>price)',
    '$states.input.list{name: price}',
    '$map($states.input.list, function($item) { $item.price })',
    '$states.input.list.$sum(price)',
    '$states.input.list[$ > 3]',
    '{"a": [1, {"b": $states.input.*}]}',
    '$states.input ~> |list|{"price": price + 1}|',
    '$states.context.State.Name',
  ])('may name a field of what stands before it: %s', (expression) => {
    expect(() => compileTemplate(`{% ${expression} %}`, { field: 'Output', where: '' })).not.toThrow();
  });

  it.each([
    '$$',
    '$states.input[$$.x]',
    '1 + price',
    '{"a": price}',
    '[price]',
    '$states.input.a ? price : 1',
    '$sum(list.price)',
    '($x := price; $x)',
    '$map($states.input.list, function($item) { price })',
    '$count($)',
    '*',
    '$keys(**)',
    '$eval("1")',
    '$map(["1"], $eval)',
    '$states.errorOutput',
    '$states.input & $states.errorOutput.Error',
    '$states.result.a',
  ])('is refused for what it may not name: %s', (expression) => {
    expect(() => compileTemplate(`{% ${expression} %}`, { field: 'Output', where: '' })).toThrow(
      'is not available in Step Functions',
    );
  });

  it('does not change what it reads', async () => {
    const states = { input: { list: [3, 1, 2] } };
    expect(await evaluate('$sort($states.input.list)', states)).toEqual([1, 2, 3]);
    expect(states).toEqual({ input: { list: [3, 1, 2] } });
  });
});
