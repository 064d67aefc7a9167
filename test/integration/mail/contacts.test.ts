/** A key's contact over the API: it confirms by the command in its mail, and then gets the admins' notices. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { aServingDatabase, lockoutIn } from '#test/integration/api/preconditions.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';

interface ContactResponse {
  readonly id: string;
  readonly email: string;
  readonly isConfirmed: boolean;
}

let platform: Platform;
let arn: string;
let key: string;
const outside = 'security@customer.test';
const silent = 'silent@customer.test';
const inside = 'oncall@example.com';

beforeAll(async () => {
  platform = await aPlatform();
  arn = await platform.keyOfCustomer();
  await aServingDatabase(platform, { key: arn, name: 'watched-db' });
  const { body } = await platform.ask<{ items: { id: string }[] }>('GET /v1/keys');
  key = body.items[0]?.id ?? '';
});
afterAll(() => platform.close());

const add = (email: string) => platform.ask<ContactResponse>(`POST /v1/keys/${key}/contacts`, { body: { email } });
const contacts = async () =>
  (await platform.ask<{ items: ContactResponse[] }>(`GET /v1/keys/${key}/contacts`)).body.items;
const mailsTo = async (address: string) =>
  (await platform.mails()).filter(({ destination }) => destination.to.includes(address));

describe('a contact outside of the mail domains', () => {
  it('gets one mail, whose command confirms it', async () => {
    expect((await add(outside)).body).toMatchObject({ email: outside, isConfirmed: false });
    expect((await add(silent)).status).toBe(201);
    expect((await add(inside)).body).toMatchObject({ email: inside, isConfirmed: true });
    const [mail] = await until('the confirmation request', async () => {
      const mails = await mailsTo(outside);
      return mails.length > 0 && mails;
    });

    const command = mail?.body.text?.split('\n').find((line) => line.startsWith('    curl '));
    const { stdout } = await promisify(execFile)('bash', ['-euc', `${command} --fail --silent`]);

    expect(JSON.parse(stdout)).toMatchObject({ email: outside, isConfirmed: true });
    expect((await contacts()).map(({ email, isConfirmed }) => [email, isConfirmed])).toEqual(
      expect.arrayContaining([
        [outside, true],
        [silent, false],
        [inside, true],
      ]),
    );
    expect(await mailsTo(inside)).toEqual([]);
  });

  it('is notified of a lockout after its confirmation, and gets only the request for it before', async () => {
    await until('the other confirmation request', async () => (await mailsTo(silent)).length === 1);

    await platform.kms('DisableKey', { KeyId: arn });
    await lockoutIn(platform, arn, 'stopped');

    for (const address of [outside, inside])
      await until(`${address} is notified`, async () =>
        (await mailsTo(address)).some(({ subject }) => /1 database stopped/.test(subject)),
      );
    const text = (await mailsTo(inside)).at(-1)?.body.text ?? '';
    expect(text.replaceAll(/\s+/g, ' ')).toContain('You get this as a contact of the key, named by the team acme.');
    expect(text).toContain('watched-db');
    expect(await mailsTo(silent)).toHaveLength(1);
    await platform.kms('EnableKey', { KeyId: arn });
    await lockoutIn(platform, arn, 'restored');
  });
});

describe('bad input', () => {
  it.each([
    ['no address', {}],
    ['an address without a domain', { email: 'security' }],
    ['an address with a line break', { email: 'a@example.com\r\nBcc: b@example.com' }],
    ['the address that our mails come from', { email: 'latchkey@example.com' }],
    ['an unknown member', { email: 'a@example.com', role: 'admin' }],
  ])('is refused, and changes nothing: %s', async (_, body) => {
    const before = await contacts();
    const response = await platform.ask(`POST /v1/keys/${key}/contacts`, { body });
    expect(response).toBeProblem('invalid_request');
    expect(await contacts()).toEqual(before);
  });

  it('is a contact or a key that does not exist, in the words for a wrong code', async () => {
    const nobody = `con_${'0'.repeat(26)}`;
    const confirm = { token: '', body: { code: 'aaaa-aaaa-aaaa-aaaa' } };
    const unknown = await platform.ask(`POST /v1/contacts/${nobody}/confirmation`, confirm);
    const [contact] = await contacts();
    const wrong = await platform.ask(`POST /v1/contacts/${contact?.id}/confirmation`, confirm);

    expect(unknown).toBeProblem('not_found');
    expect(wrong.body.detail).toBe(unknown.body.detail);
    expect(await platform.ask(`DELETE /v1/contacts/${nobody}`)).toBeProblem('not_found');
    expect(await platform.ask('GET /v1/keys/key_nobody/contacts')).toBeProblem('not_found');
  });
});

describe('a contact that is removed', () => {
  it('is in the list no more, and the timeline has both', async () => {
    const [contact] = (await contacts()).filter(({ email }) => email === silent);

    expect((await platform.ask(`DELETE /v1/contacts/${contact?.id}`)).status).toBe(204);

    expect((await contacts()).map(({ email }) => email)).not.toContain(silent);
    const types = (await platform.entries()).map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['ContactAdded', 'ContactRemoved', 'RecipientConfirmed']));
  });
});
