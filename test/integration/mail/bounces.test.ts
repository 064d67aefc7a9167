/** A contact whose mail bounces, by SES's mailbox simulator: it is marked, and the other contact is notified once. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';

interface ContactResponse {
  readonly id: string;
  readonly email: string;
  readonly isConfirmed: boolean;
  readonly bouncedAt: string | null;
}

let platform: Platform;
let key: string;
let arn: string;
const bouncing = 'bounce+security@simulator.amazonses.com';
const complaining = 'complaint@simulator.amazonses.com';
const oncall = 'oncall@example.com';

beforeAll(async () => {
  platform = await aPlatform();
  arn = await platform.keyOfCustomer();
  key = (await platform.ask<{ id: string }>('POST /v1/keys', { body: { arn } })).body.id;
  await add(oncall);
});
afterAll(() => platform.close());

const add = (email: string) => platform.ask<ContactResponse>(`POST /v1/keys/${key}/contacts`, { body: { email } });
const contact = async (address: string) => {
  const { body } = await platform.ask<{ items: ContactResponse[] }>(`GET /v1/keys/${key}/contacts`);
  return body.items.find(({ email }) => email === address);
};
const mailsTo = async (address: string) =>
  (await platform.mails()).filter(({ destination }) => destination.to.includes(address));

describe.each([
  ['bounces', bouncing, 'bounce'],
  ['is reported as spam', complaining, 'complaint'],
])('a contact whose mail %s', (_, address, reason) => {
  it('is marked, and the other contact is notified once', async () => {
    const before = (await mailsTo(oncall)).length;
    expect((await add(address)).body).toMatchObject({ isConfirmed: false, bouncedAt: null });

    await until('it is marked', async () => (await contact(address))?.bouncedAt);
    await until('the other contact is notified', async () => (await mailsTo(oncall)).length > before);

    const [mail, ...others] = (await mailsTo(oncall)).slice(before);
    expect(mail?.subject).toContain('a recipient of its notices cannot be reached');
    expect(mail?.body.text).toContain(address);
    expect(others).toEqual([]);
    const bounced = (await platform.entries()).filter(
      ({ type, data }) => type === 'RecipientBounced' && data.email === address,
    );
    expect(bounced).toMatchObject([{ subject: { keyId: key }, data: { email: address, reason } }]);
  });

  it('gets no notice, and one mail to confirm with when it is added again', async () => {
    expect(await mailsTo(address)).toHaveLength(1);

    await add(address);
    await until('another confirmation request', async () => (await mailsTo(address)).length === 2);
    await add(address);
    const refusal = { to: address, reason: 'unconfirmed' };
    await until('a third mail is refused', async () =>
      (await platform.entries()).some(
        ({ type, data }) =>
          type === 'AdminsNotReached' &&
          (data.admins as (typeof refusal)[]).some(({ to, reason }) => to === refusal.to && reason === refusal.reason),
      ),
    );

    expect(await mailsTo(address)).toHaveLength(2);
    expect((await contact(address))?.bouncedAt).not.toBeNull();
  });
});
