/**
 * A tenant that names foreign addresses as admins: each gets one mail, addresses in the mail domains get all mails, and
 * repeated lockouts of a key are folded.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { aServingDatabase, lockoutIn } from '#test/integration/api/preconditions.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';

let platform: Platform;
let key: string;
const victims = Array.from({ length: 20 }, (_, number) => `victim-${number}@elsewhere.test`);
const eve = 'eve@elsewhere.test';
const own = 'second@example.com';

beforeAll(async () => {
  // The waiting period takes half a minute at this speed, so that a toggle fits in it on a slow machine too.
  platform = await aPlatform({ speed: 20 });
  key = await platform.keyOfCustomer();
  const admins = [eve, own, ...victims];
  const made = await platform.ask('POST /v1/apps', { body: { name: 'cannon', space: 'acme-private', admins } });
  expect(made.body.unconfirmedAdmins).toEqual([eve, ...victims]);
  await aServingDatabase(platform, { key, name: 'cannon-db', app: 'cannon' });
});
afterAll(() => platform.close());

const mailsTo = async (address: string) =>
  (await platform.mails()).filter(({ destination }) => destination.to.includes(address));
const toOwn = async (words: RegExp) => (await mailsTo(own)).filter(({ subject }) => words.test(subject));
const lockouts = async () => (await platform.ask<{ items: { state: string }[] }>('GET /v1/lockouts')).body.items;

describe('toggles of a key', () => {
  it('are announced at once, then folded into one mail; an unconfirmed address gets one mail in all', async () => {
    for (let times = 1; times <= 4; times++) {
      await platform.kms('DisableKey', { KeyId: key });
      await until('it is noticed', async () => (await lockouts()).length === times);
      await platform.kms('EnableKey', { KeyId: key });
      await lockoutIn(platform, key, 'cancelled');
    }
    const summary = /In the hour before, the key became unusable 3 times more/;
    const isTold = async () =>
      (await toOwn(/keeps running/)).some(({ body }) => summary.test(body.text?.replaceAll(/\s+/g, ' ') ?? ''));
    // A delayed notice is retried when its claim expires: after a minute of real time, independent of the speed.
    await until('a minute is over', isTold).catch(() => undefined);

    await until('the last one is announced', isTold);

    expect((await mailsTo(own)).length).toBeLessThan(8);
    for (const address of [eve, ...victims]) expect((await mailsTo(address)).length).toBe(1);
  }, 240_000);
});

describe('an address that confirms', () => {
  const unconfirmed = async () =>
    (await platform.ask<{ unconfirmedAdmins: string[] }>('GET /v1/apps/cannon')).body.unconfirmedAdmins;

  it('does so by the command in its mail, and gets every mail from then on', async () => {
    expect(await unconfirmed()).toContain(eve);
    const [id] = (await platform.ask<{ items: { id: string }[] }>('GET /v1/keys')).body.items.map((item) => item.id);
    const impact = async () => (await platform.ask(`GET /v1/keys/${id}/impact`)).body.unconfirmed;
    expect(await impact()).toMatchObject({ total: 21, items: expect.arrayContaining([eve]) });

    const text = (await mailsTo(eve))[0]?.body.text ?? '';
    const command = text.split('\n').find((line) => line.startsWith('    curl '));
    const { stdout } = await promisify(execFile)('bash', ['-euc', `${command} --fail --silent`]);
    expect(JSON.parse(stdout)).toMatchObject({ email: eve, confirmedAt: expect.stringMatching(/^20/) });
    expect(await unconfirmed()).not.toContain(eve);
    expect(await impact()).toMatchObject({ total: 20 });
  });

  it('gets every notice of a lockout, like addresses that need no confirmation', async () => {
    const before = (await mailsTo(eve)).length;
    await platform.kms('DisableKey', { KeyId: key });
    await lockoutIn(platform, key, 'waiting');
    const isTold = async () => (await mailsTo(eve)).length > before;
    await until('a minute is over', isTold).catch(() => undefined);
    await until('it is announced', isTold);

    await platform.kms('EnableKey', { KeyId: key });

    expect((await mailsTo('victim-1@elsewhere.test')).length).toBe(1);
  }, 240_000);

  it('is recorded, and so are recipients without a mail, with the reason', async () => {
    const reasons = await until('all is on record', async () => {
      const missed = (await platform.entries()).filter(({ type }) => type === 'AdminsNotReached');
      const found = new Set(
        missed.flatMap(({ data }) => (data.admins as { reason: string }[]).map(({ reason }) => reason)),
      );
      return found.size > 1 && found;
    });

    expect(reasons).toEqual(new Set(['folded', 'unconfirmed']));
    expect((await platform.entries()).find(({ type }) => type === 'RecipientConfirmed')?.data).toEqual({ email: eve });
  });
});

describe('a code', () => {
  it('that is wrong opens nothing, in the words of one that is unknown', async () => {
    const text = (await mailsTo('victim-2@elsewhere.test'))[0]?.body.text ?? '';
    const id = /rcp_[0-9a-z]{26}/.exec(text)?.[0];

    const wrong = await platform.ask(`POST /v1/recipients/${id}/confirmation`, {
      token: '',
      body: { code: 'aaaa-aaaa-aaaa-aaaa' },
    });

    expect(wrong).toBeProblem('not_found');

    const unknown = await platform.ask(`POST /v1/recipients/rcp_${'0'.repeat(26)}/confirmation`, {
      token: '',
      body: { code: 'a' },
    });
    expect(unknown.body.detail).toBe(wrong.body.detail);
  });
});

describe('mail domains', () => {
  it('are set by the operator only, and hold from then on', async () => {
    const body = { mailDomains: ['example.com', 'elsewhere.test'] };
    expect(await platform.ask('PATCH /v1/operator/teams/acme', { body })).toBeProblem('forbidden');

    const set = await platform.ask('PATCH /v1/operator/teams/acme', { token: platform.tokens.adminToken, body });
    expect(set.body).toMatchObject({ name: 'acme', ...body });
    expect((await platform.ask('GET /v1/apps/cannon')).body.unconfirmedAdmins).toEqual([]);

    const nobody = await platform.ask('PATCH /v1/operator/teams/nobody', { token: platform.tokens.adminToken, body });
    expect(nobody).toBeProblem('not_found');
  });
});
