/** Lines of the log: format, errors and secrets. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { log, useLogLines } from '#lib/log.ts';
import { Problem } from '#lib/model/problem.ts';
import { Secret } from '#lib/model/secret.ts';

const lines: string[] = [];
const logged = () => JSON.parse(lines.at(-1) ?? 'null');

/** Log lines are discarded before each test file, and again after each test here. */
afterEach(() => {
  useLogLines(() => undefined);
  lines.length = 0;
});
const listen = () => useLogLines((line) => lines.push(line));

describe('a line of the log', () => {
  it('is one line of JSON with its level, its message, when it was, and its fields', () => {
    listen();
    log.warn('Two\nlines', { keyId: 'key_1', count: 2, nothing: null });

    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('\n');
    expect(logged()).toEqual({
      ...{ level: 'WARN', message: 'Two\nlines', service: 'latchkey', keyId: 'key_1', count: 2, nothing: null },
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
  });

  it.each([
    ['INFO', log.info],
    ['WARN', log.warn],
    ['ERROR', log.error],
  ])('passes its level to the listener: %s', (level, tell) => {
    const heard: string[] = [];
    useLogLines((_line, its) => heard.push(its));

    tell('Something', {});

    expect(heard).toEqual([level]);
  });

  it('shows an error with its name, message and stack, what it carries, and each of its causes', () => {
    listen();
    const cause = new TypeError('the root', { cause: 'a text' });
    const error = Object.assign(new Problem('wrong_state', 'It is deleting', { state: 'deleting' }), { cause });

    log.error('A step failed', { error });

    expect(logged().error).toMatchObject({
      ...{ name: 'Problem', message: 'It is deleting', code: 'wrong_state', extra: { state: 'deleting' } },
      stack: expect.stringContaining('log.test.ts'),
      cause: { name: 'TypeError', message: 'the root', stack: expect.stringContaining('log.test.ts'), cause: 'a text' },
    });
  });

  it('hides a secret wherever it is', () => {
    listen();
    const secret = new Secret('hunter2');

    log.info('Plain', { secret, deep: [{ secret }], error: Object.assign(new Error('no'), { secret }) });

    expect(logged()).toMatchObject({
      secret: '[hidden]',
      deep: [{ secret: '[hidden]' }],
      error: { secret: '[hidden]' },
    });
    expect(lines.join()).not.toContain('hunter2');
  });

  it('is there, with the names of its fields, also where JSON cannot be made of them', () => {
    listen();
    const around: Record<string, unknown> = { size: 10n };
    around.itself = around;

    log.info('Round', around);

    expect(logged()).toMatchObject({ level: 'INFO', message: 'Round', fields: ['size', 'itself'] });
  });

  it('says of an error that JSON cannot be made of where it comes from', () => {
    listen();
    log.error('A step failed', { stepId: 'op_1', error: Object.assign(new Error('no room'), { size: 10n }) });

    expect(logged()).toMatchObject({ message: 'A step failed', fields: ['stepId', 'error'] });
    expect(logged().stacks).toEqual([expect.stringMatching(/^Error: no room\n.*log\.test\.ts/s)]);
  });

  it('keeps its message and its level, which alarms match, whatever its fields are called', () => {
    listen();
    log.warn('A lockout is late', {
      message: 'other',
      level: 'DEBUG',
      service: 'other',
      timestamp: 'never',
      keyId: 'key_1',
    });

    expect(logged()).toMatchObject({
      message: 'A lockout is late',
      level: 'WARN',
      service: 'latchkey',
      keyId: 'key_1',
    });
    expect(logged().timestamp).not.toBe('never');
  });
});
