/**
 * Early warnings of keys without databases, of which only their contacts are notified: each once, withdrawn once, and
 * in the timeline. The clock jumps from one sweep to the next, as if the sweep had been down in between.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { neededActions } from '#lib/model/key.ts';
import { accessKey, callerOf, customerAccount, region } from '#local/accounts.ts';
import { shiftClock } from '#test/support/clock.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { aCustomerShell, type CustomerShell } from '#test/support/customer.ts';
import { anImportedKey, importMaterial } from '#test/support/imported-key.ts';
import { policyWithout } from '#test/support/policies.ts';
import { until } from '#test/support/when.ts';

const dayMs = 86_400_000;
const contacts = ['security@example.com', 'oncall@example.com'];
/** Dates of KMS are real dates at the speed 1, so only what the tests wait for is shortened. */
const settings = { CONFIRMATION_SECONDS: '0', MAIL_SETTLE_SECONDS: '0', MAIL_PAUSE_SECONDS: '0' };

let platform: Platform;
let putBack: () => void;
let shell: CustomerShell;
let aheadMs = 0;

beforeAll(async () => {
  putBack = shiftClock(() => aheadMs);
  platform = await aPlatform({ speed: 1, settings });
  shell = aCustomerShell(platform);
});
afterAll(async () => {
  shell.close();
  await platform.close();
  putBack();
});

const inDays = (days: number): number => Date.now() + days * dayMs;
const pass = (days: number): void => {
  aheadMs += days * dayMs;
};
const sweep = () => platform.scheduled('onSweep');
const statusOf = async (key: string) => (await platform.ask<{ status: string }>(`GET /v1/keys/${key}`)).body.status;
const check = (key: string) => platform.ask(`POST /v1/keys/${key}/checks`);

async function watched(arn: string): Promise<string> {
  const { id } = (await platform.ask<{ id: string }>('POST /v1/keys', { body: { arn } })).body;
  for (const email of contacts) await platform.ask(`POST /v1/keys/${id}/contacts`, { body: { email } });
  return id;
}

/** The contact's notices about the key, without the team and the key's name: `key is deleted in 30 days`. */
const subjectsTo = async (address: string, arn: string): Promise<string[]> =>
  (await platform.mails())
    .filter(({ destination, body }) => destination.to.includes(address) && body.text?.includes(arn))
    .map(({ subject }) => subject.replace(/^\[Latchkey [^\]]+\] |, on \d.*$/g, ''));

/** Resolves once each contact has exactly these notices. */
async function awaitSubjects(arn: string, subjects: readonly string[]): Promise<void> {
  for (const address of contacts) {
    await until(`${address} is notified`, async () => (await subjectsTo(address, arn)).length >= subjects.length);
    expect(await subjectsTo(address, arn)).toEqual(subjects);
  }
}

const warnings = async (arn: string) =>
  (await platform.entries())
    .filter(({ type, data }) => type.startsWith('KeyWarning') && data.arn === arn)
    .map(({ type, data }) => [type.replace('KeyWarning', ''), data.warning, data.mark]);

describe('a deletion', () => {
  let arn: string;
  let key: string;
  beforeAll(async () => {
    arn = await platform.keyOfCustomer();
    key = await watched(arn);
  });

  it('is sent once to each contact, however often the key is checked', async () => {
    await platform.kms('ScheduleKeyDeletion', { KeyId: arn, PendingWindowInDays: 30 });
    await awaitSubjects(arn, ['key is deleted in 30 days']);
    for (let times = 0; times < 3; times++) await check(key);

    await awaitSubjects(arn, ['key is deleted in 30 days']);
    expect(await warnings(arn)).toEqual([['Raised', 'deletion', 30]]);
    expect(platform.published.some((event) => event.includes('KeyWarningRaised'))).toBe(true);
  });

  it('that is cancelled is withdrawn once', async () => {
    await platform.kms('CancelKeyDeletion', { KeyId: arn });
    await awaitSubjects(arn, ['key is deleted in 30 days', 'the key is not deleted']);
    for (let times = 0; times < 3; times++) await check(key);

    await awaitSubjects(arn, ['key is deleted in 30 days', 'the key is not deleted']);
    expect((await warnings(arn)).map(([type]) => type)).toEqual(['Raised', 'Withdrawn']);
  });
});

describe('imported material that expires', () => {
  const loses = (time: string) => `key loses its imported material ${time}`;

  it('is sent once at each mark by sweeps that are two days apart', async () => {
    const imported = await anImportedKey(platform);
    const { arn } = imported;
    await watched(arn);
    await importMaterial(platform, imported, inDays(31));
    const marks: number[] = [];
    for (let left = 29; left > 0; left -= 2) {
      pass(2);
      await Promise.all([sweep(), sweep()]);
      const raised = await warnings(arn);
      if (raised.length > marks.length) marks.push(left);
      await awaitSubjects(
        arn,
        marks.map((days) => loses(days > 1 ? `in ${days} days` : 'in 1 day')),
      );
    }

    expect(await warnings(arn)).toEqual([30, 14, 7, 3, 1].map((mark) => ['Raised', 'expiry', mark]));
    expect(marks).toEqual([29, 13, 7, 3, 1]);
  });

  it('is sent for each new date, and withdrawn once when there is no near date', async () => {
    const imported = await anImportedKey(platform);
    const { arn } = imported;
    const key = await watched(arn);
    const subjects: string[] = [];
    const importUntil = async (days: number | null, subject: string) => {
      await importMaterial(platform, imported, days === null ? null : inDays(days));
      subjects.push(subject);
      await awaitSubjects(arn, subjects);
    };

    await importUntil(5, loses('in 5 days'));
    await importUntil(20, loses('in 20 days'));
    await importUntil(60, loses('later'));
    await importUntil(10, loses('in 10 days'));
    await platform.kms('DeleteImportedKeyMaterial', { KeyId: arn });
    await until('the key is unusable', async () => (await statusOf(key)) === 'unusable');
    pass(4);
    await sweep();
    await importUntil(null, 'the imported material does not expire');
    pass(7);
    await sweep();
    await check(key);

    await awaitSubjects(arn, subjects);
    expect(await warnings(arn)).toEqual([
      ['Raised', 'expiry', 7],
      ['Raised', 'expiry', 30],
      ['Withdrawn', 'expiry', undefined],
      ['Raised', 'expiry', 14],
      ['Withdrawn', 'expiry', undefined],
    ]);
  });
});

describe('a right that the key policy refuses', () => {
  const others = neededActions.filter((action) => action !== 'Decrypt');

  it('is reported once for each action, with working commands, and so is its recovery', async () => {
    const arn = await platform.keyOfCustomer({ Policy: policyWithout(null) });
    await watched(arn);
    const subjects: string[] = [];
    for (const action of others) {
      await platform.kms('PutKeyPolicy', { KeyId: arn, Policy: policyWithout(action) });
      subjects.push('the key policy refuses an action that Latchkey needs');
      await awaitSubjects(arn, subjects);

      await shell.paste((await platform.mails()).at(-1)?.body.text ?? '');
      subjects.push('the key allows every action again');
      await awaitSubjects(arn, subjects);
    }
    expect(await warnings(arn)).toEqual(
      others.flatMap(() => [
        ['Raised', 'degraded', null],
        ['Withdrawn', 'degraded', undefined],
      ]),
    );
  });
});

describe('a key whose events are proven to arrive', () => {
  it('is not warned of after the sweep was down for two days', async () => {
    const arn = await platform.keyOfCustomer();
    const key = await watched(arn);
    await check(key);
    const isProven = async () => {
      await sweep();
      const { events } = (await platform.ask<{ events: { provenSince: string | null } }>(`GET /v1/keys/${key}`)).body;
      return events.provenSince !== null;
    };
    await until('the events are proven', isProven);

    pass(2);
    await Promise.all([sweep(), sweep()]);
    for (let minute = 0; minute < 20; minute += 1) {
      await sweep();
      pass(1 / 1440);
    }
    expect(await warnings(arn)).toEqual([]);
    expect(await isProven()).toBe(true);
    await awaitSubjects(arn, []);
  });
});

describe('a related key in another Region', () => {
  it('is reported once for each creation, disabling and enabling', async () => {
    const arn = await platform.keyOfCustomer({ MultiRegion: true });
    const key = await watched(arn);
    await check(key);
    const { Policy } = await platform.kms('GetKeyPolicy', { KeyId: arn, PolicyName: 'default' });
    const replica = { KeyId: arn.replace(`:${region}:`, ':eu-west-1:') };
    const { kms } = platform.cloud;
    const caller = callerOf(accessKey(customerAccount));
    const elsewhere = async (operation: string) =>
      kms.call({ operation, input: { ...replica }, caller, region: 'eu-west-1', requestId: 'test' });
    const subjects: string[] = [];
    const changes = [
      ['enabled', () => platform.kms('ReplicateKey', { KeyId: arn, ReplicaRegion: 'eu-west-1', Policy })],
      ['disabled', () => elsewhere('DisableKey')],
      ['enabled', () => elsewhere('EnableKey')],
    ] as const;

    for (const [state, change] of changes) {
      await change();
      subjects.push(`a related key is ${state}`);
      await until(`the key is ${state}`, async () => {
        await check(key);
        return (await warnings(arn)).length === subjects.length;
      });
      for (let times = 0; times < 3; times++) await check(key);
      await awaitSubjects(arn, subjects);
    }
    expect(await warnings(arn)).toEqual(changes.map(() => ['Raised', 'sibling', null]));
  });

  it('is found at an event of the key, without a check', async () => {
    const arn = await platform.keyOfCustomer({ MultiRegion: true });
    const key = await watched(arn);
    const { Policy } = await platform.kms('GetKeyPolicy', { KeyId: arn, PolicyName: 'default' });
    await platform.kms('ReplicateKey', { KeyId: arn, ReplicaRegion: 'eu-west-1', Policy });

    await platform.kms('EnableKeyRotation', { KeyId: arn });

    await until('the replica is found', async () => {
      const { body } = await platform.ask<{ items: { code: string; status: string }[] }>(
        `GET /v1/keys/${key}/readiness`,
      );
      return body.items.some(({ code, status }) => code === 'siblings' && status === 'fail');
    });
  });
});
