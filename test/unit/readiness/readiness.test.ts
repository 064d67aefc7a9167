/** The readiness of a key: what each item says, what follows for the verdict, and since when. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { type Key, neededActions } from '#lib/model/key.ts';
import {
  type ItemStatus,
  type ReadinessCode,
  type ReadinessVerdict,
  readinessCodes,
} from '#lib/model/readiness/codes.ts';
import type { ReadinessFacts } from '#lib/model/readiness/facts.ts';
import { readinessOf, readinessSinceOf, readinessSummary } from '#lib/model/readiness/readiness.ts';
import { aDegradedKey, aKey, anUnusableKey, at } from '#test/support/build.ts';

const ago = (minutes: number): string => new Date(at.getTime() - minutes * 60_000).toISOString();
const ahead = (days: number): string => new Date(at.getTime() + days * 86_400_000).toISOString();
const replica = 'arn:aws:kms:eu-west-1:111122223333:key/mrk-0123456789abcdef0123456789abcdef';

const facts: ReadinessFacts = {
  at: ago(5),
  eventLagSeconds: [3, 9, 4],
  recipients: { reachable: 2, unconfirmed: 0, bounced: 0 },
  backup: { newestAt: ago(60), example: 'cache' },
  grants: { lost: 0, examples: [], checked: 1, unknown: 0 },
};
const { check } = aKey();
const bouncing = { reachable: 1, unconfirmed: 0, bounced: 1, bouncedExamples: ['gone@example.com'] };

const aDrill = (outcome: 'passed' | 'failed' | 'aborted', days: number): NonNullable<Key['lastDrill']> => ({
  id: 'drl_1',
  mode: 'simulated',
  outcome,
  at: ahead(-days),
});

/** A key that would pass a rehearsal. */
const ready = (changes: Partial<Key> = {}): Key =>
  aKey({
    eventsProvenSince: ago(600),
    siblings: [],
    facts,
    lastDrill: aDrill('passed', 1),
    check: { ...check, at: ago(5) },
    ...changes,
  });
const withFacts = (changes: Partial<ReadinessFacts>): Key => ready({ facts: { ...facts, ...changes } });
const withCheck = (changes: Partial<Key['check']>): Key => ready({ check: { ...check, ...changes } });

const drilled = (outcome: 'passed' | 'failed' | 'aborted', days: number): Key =>
  ready({ lastDrill: aDrill(outcome, days) });
const neverDrilled = ({ lastDrill: _never, ...key }: Key): Key => key;

const itemOf = (key: Key, code: ReadinessCode) => readinessOf(key, at).items.find((item) => item.code === code);

/** Each item in each status that it can have, with the verdict of a key that is otherwise ready. */
const cases: readonly (readonly [ReadinessCode, ItemStatus, ReadinessVerdict, Key])[] = [
  ['key_usable', 'fail', 'not_ready', anUnusableKey({ siblings: [], facts })],
  ['key_usable', 'fail', 'not_ready', ready({ lockoutId: 'lk_1' })],
  ['key_usable', 'unknown', 'at_risk', ready({ status: 'unknown' })],
  ['events_proven', 'warn', 'at_risk', ready({ eventsProvenSince: null })],
  ['last_check', 'warn', 'at_risk', ready({ facts: { ...facts, at: ago(200) }, check: { ...check, at: ago(300) } })],
  ['siblings', 'unknown', 'at_risk', aKey({ facts, eventsProvenSince: ago(1) })],
  ['siblings', 'fail', 'not_ready', ready({ siblings: [{ arn: replica, state: 'enabled' }] })],
  ['siblings', 'unknown', 'at_risk', ready({ siblings: [{ arn: replica, state: 'unknown' }] })],
  ['siblings', 'pass', 'ready', ready({ siblings: [{ arn: replica, state: 'disabled' }] })],
  ['deletion', 'fail', 'not_ready', withCheck({ deletionDate: ahead(7) })],
  ['deletion', 'fail', 'not_ready', withCheck({ fault: 'not_found' })],
  ['material_expiry', 'pass', 'ready', withCheck({ validTo: ahead(31) })],
  ['material_expiry', 'warn', 'at_risk', withCheck({ validTo: ahead(30) })],
  ['material_expiry', 'fail', 'not_ready', withCheck({ validTo: ahead(7) })],
  ['material_expiry', 'fail', 'not_ready', withCheck({ cause: 'material_expired' })],
  ['rotation', 'warn', 'at_risk', withCheck({ rotation: false })],
  ['rotation', 'unknown', 'ready', withCheck({ rotation: null })],
  ['rotation', 'warn', 'at_risk', withCheck({ nextRotationAt: ahead(-1) })],
  ['rotation', 'pass', 'ready', withCheck({ nextRotationAt: ahead(300) })],
  ['recipients', 'fail', 'not_ready', withFacts({ recipients: { reachable: 0, unconfirmed: 1, bounced: 2 } })],
  ['recipients', 'warn', 'at_risk', withFacts({ recipients: bouncing })],
  ['recipients', 'unknown', 'at_risk', withFacts({ recipients: null })],
  ['recipients', 'pass', 'ready', ready({ databases: 0, facts: { at: ago(1) } })],
  ['backup', 'warn', 'at_risk', withFacts({ backup: { newestAt: null, example: 'cache' } })],
  ['backup', 'warn', 'at_risk', withFacts({ backup: { newestAt: ahead(-3), example: null } })],
  ['backup', 'unknown', 'ready', withFacts({ backup: null })],
  ['grants', 'fail', 'not_ready', withFacts({ grants: { lost: 1, examples: ['cache'], checked: 1, unknown: 0 } })],
  ['grants', 'unknown', 'ready', withFacts({ grants: { lost: 0, examples: [], checked: 1, unknown: 1 } })],
  ['grants', 'unknown', 'ready', withFacts({ grants: null })],
  ['drill', 'pass', 'ready', drilled('passed', 10)],
  ['drill', 'warn', 'at_risk', drilled('passed', 101)],
  ['drill', 'warn', 'at_risk', drilled('aborted', 1)],
  ['drill', 'fail', 'not_ready', drilled('failed', 1)],
  ['drill', 'pass', 'ready', { ...drilled('passed', 39), drillEvery: 'month' }],
  ['drill', 'warn', 'at_risk', { ...drilled('passed', 40), drillEvery: 'month' }],
  ['drill', 'pass', 'ready', { ...drilled('passed', 100), drillEvery: 'quarter' }],
  ['drill', 'warn', 'at_risk', neverDrilled(ready())],
  ['drill', 'pass', 'ready', neverDrilled(ready({ databases: 0 }))],
];

describe('the readiness of a key', () => {
  it('is ready when every item passes', () => {
    const { verdict, items, checkedAt } = readinessOf(ready(), at);

    expect(items.filter(({ status }) => status !== 'pass')).toEqual([]);
    expect(items.map(({ code }) => code)).toEqual(readinessCodes);
    expect({ verdict, checkedAt }).toEqual({ verdict: 'ready', checkedAt: facts.at });
    expect(readinessSummary(ready(), at)).toEqual({ verdict: 'ready', count: 0 });
    expect(itemOf(ready(), 'events_proven')?.detail).toContain('within 4 seconds');
  });

  it.each(cases)('has the item %s %s: %s', (...its) => {
    const [code, status, verdict, key] = its;
    const item = itemOf(key, code);
    expect(item?.status).toBe(status);
    expect(readinessOf(key, at).verdict).toBe(verdict);
    if (verdict !== 'ready') expect(readinessSummary(key, at).count).toBeGreaterThan(0);
  });

  it.each(neededActions)('says what %s is needed for, and how to allow it', (action) => {
    const code = readinessCodes[neededActions.indexOf(action) + 1] as ReadinessCode;
    expect(itemOf(ready(), code)).toMatchObject({ status: 'pass', fix: [] });

    const denied = { ...check, actions: { ...check.actions, [action]: 'denied' as const } };
    const { status, detail, fix } = itemOf(ready({ check: denied }), code) ?? {};
    expect(status).toBe(action === 'Decrypt' ? 'fail' : 'warn');
    expect(detail).toMatch(new RegExp(`kms:${action}\\. It is needed to `));
    expect(fix?.flatMap(({ commands }) => commands).join()).toContain('put-key-policy');
    expect(itemOf(ready({ check: denied, strict: true }), code)?.status).toBe('fail');

    const unknown = { ...check, actions: { ...check.actions, [action]: 'unknown' as const } };
    expect(itemOf(ready({ check: unknown }), code)?.status).toBe('unknown');
    // On EC2 no check tries grants, and such a deployment can be ready.
    expect(readinessOf(ready({ check: unknown }), at).verdict).toBe(action.endsWith('Grant') ? 'ready' : 'at_risk');
  });

  it('knows nothing but the check before the first full check, and says so', () => {
    const { verdict, items, checkedAt } = readinessOf(aKey(), at);
    expect({ verdict, checkedAt }).toEqual({ verdict: 'at_risk', checkedAt: null });
    expect(items.flatMap(({ code, status }) => (status === 'unknown' ? [code] : []))).toEqual([
      'siblings',
      'recipients',
      'backup',
      'grants',
    ]);
  });
});

it('a recipient that bounces is named, with the command that requests its confirmation again', () => {
  const { items } = readinessOf(withFacts({ recipients: bouncing }), at);
  const item = items.find(({ code }) => code === 'recipients');

  expect(item?.detail).toContain('Mails to gone@example.com bounce.');
  expect(item?.fix.flatMap(({ commands }) => commands).join()).toContain(`-d '{"email":"gone@example.com"}'`);
});

describe('what to do about an item', () => {
  const all = [...cases.map(([, , , key]) => key), aDegradedKey(['Encrypt', 'CreateGrant'], { facts }), aKey()];
  const items = all.flatMap((key) => readinessOf(key, at).items);

  it('is said for each that warns or fails, in the Region of the key that it is about', () => {
    const withoutFix = items.filter(({ status, fix }) => (status === 'warn' || status === 'fail') && fix.length === 0);
    // Only a lockout whose key is back needs nothing.
    expect(new Set(withoutFix.map(({ code }) => code))).toEqual(new Set(['key_usable']));

    const commands = items.flatMap(({ fix }) => fix.flatMap((step) => step.commands));
    for (const command of commands.filter((each) => each.startsWith('aws ')))
      expect(command).toContain(` --region ${command.includes(replica) ? 'eu-west-1' : 'us-east-1'}`);
  });

  it('is commands that a POSIX shell parses', () => {
    const commands = [...new Set(items.flatMap(({ fix }) => fix.flatMap((step) => step.commands)))];
    expect(commands.length).toBeGreaterThan(20);
    for (const command of commands) expect(() => execFileSync('sh', ['-n', '-c', command])).not.toThrow();
  });
});

describe('since when', () => {
  it('an item keeps its time while its status is the same, and gets a new one with another', () => {
    const [first, later] = [at, new Date(at.getTime() + 3_600_000)];
    const unproven = ready({ eventsProvenSince: null });
    const readinessSince = readinessSinceOf(unproven, first);
    expect(readinessSince).toEqual({ events_proven: { status: 'warn', at: first.toISOString() } });

    const stored = { ...unproven, readinessSince };
    expect(readinessSinceOf(stored, later)).toEqual(readinessSince);
    expect(itemOf(stored, 'events_proven')?.since).toBe(first.toISOString());
    expect(readinessSinceOf({ ...stored, eventsProvenSince: ago(0) }, later)).toEqual({});
  });

  it('is no more than two kilobytes on the row of a key in which everything is wrong', () => {
    const key = aDegradedKey(neededActions, {
      facts: { at: ago(500), recipients: { reachable: 0, unconfirmed: 0, bounced: 0 } },
      check: { ...anUnusableKey().check, rotation: false, deletionDate: ahead(7), validTo: ahead(2) },
    });
    expect(JSON.stringify(readinessSinceOf(key, at)).length).toBeLessThan(2000);
  });
});
