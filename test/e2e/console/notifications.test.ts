/** Notifications: contacts of a key, and webhooks with their deliveries, in the browser. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { until } from '#local/test-support/until.ts';
import { aReceiver, type Receiver, status } from '#test/support/webhook-receiver.ts';
import { aPerson, exposed, see } from './browser.ts';
import { aStage } from './stage.ts';

const stage = aStage({ speed: 600, keyName: 'prod-redis' });
let receiver: Receiver;
beforeAll(async () => {
  receiver = await aReceiver();
});
afterAll(() => receiver.close());

async function signIn(path: string): Promise<Page> {
  stage.person = await aPerson(stage.browser, { permissions: ['clipboard-read', 'clipboard-write'] });
  await stage.person.page.goto(await stage.world.link());
  await see(stage.person.page, 'prod-redis');
  await stage.person.page.goto(`${stage.world.url}${path}`);
  return stage.person.page;
}

/** Types the name of the thing into the dialog, and confirms. */
async function confirm(page: Page, name: string, button: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill(name);
  await dialog.getByRole('button', { name: button }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** A line of a section, whose text the timeline may have too. */
const row = (page: Page, text: string, section = 'Deliveries') =>
  page.getByRole('region', { name: section }).getByRole('listitem').filter({ hasText: text });

const contact = (page: Page, email: string) => row(page, email, 'Contacts');

describe('the contacts of a key', () => {
  it('are added, are pending until they confirm, and are removed', async () => {
    const page = await signIn(`/keys/${stage.key.id}`);
    await see(page, 'No contact yet');
    for (const email of ['security@customer.test', 'oncall@example.com']) {
      await page.getByLabel('New contact').fill(email);
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await contact(page, email).waitFor();
    }
    expect(await contact(page, 'security@customer.test').locator('.badge').textContent()).toBe('pending');
    expect(await contact(page, 'oncall@example.com').locator('.badge').textContent()).toBe('confirmed');

    await contact(page, 'security@customer.test').getByRole('button', { name: 'Remove' }).click();
    await confirm(page, 'security@customer.test', 'Remove');
    await contact(page, 'security@customer.test').waitFor({ state: 'detached' });
    const left = await stage.world.ask<{ items: { email: string }[] }>(`GET /v1/keys/${stage.key.id}/contacts`);
    expect(left.body.items.map(({ email }) => email)).toEqual(['oncall@example.com']);
  });
});

describe('a webhook', () => {
  it('is created with a secret that is copied and never shown, and verifies the ping', async () => {
    const page = await signIn('/settings');
    await page.getByLabel('New webhook').fill(receiver.url);
    await page.getByLabel('Its purpose').fill('pager');
    await page.getByRole('region', { name: 'Webhooks' }).getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('button', { name: /Copy the secret/ }).click();
    receiver.secret = await page.evaluate(() => navigator.clipboard.readText());
    expect(receiver.secret).toMatch(/^whsec_/);
    expect(await exposed(page)).not.toContain(receiver.secret);

    await page.getByRole('link', { name: 'pager' }).click();
    await see(page, 'Gets the events of the team.');
    await page.getByRole('button', { name: 'Send a ping' }).click();
    await row(page, 'WebhookPing').filter({ hasText: 'delivered' }).waitFor();
    await see(page, /the last: status 204 after \d+ ms/);
    expect(receiver.received.find(({ event }) => event?.type === 'WebhookPing')).toBeDefined();
  });

  it('gets an event again by a click, after its receiver failed', async () => {
    receiver.respond = status(500);
    const page = await signIn('/settings');
    await page.getByRole('link', { name: 'pager' }).click();
    await page.getByRole('button', { name: 'Send a ping' }).click();
    await row(page, 'status 500').filter({ hasText: 'failed' }).waitFor();
    await see(page, 'Every attempt fails.');

    receiver.respond = status(204);
    await row(page, 'status 500').getByRole('button', { name: 'Send again' }).click();
    await row(page, 'WebhookPing').filter({ hasText: '2 attempts' }).filter({ hasText: 'delivered' }).waitFor();
    await see(page, 'Gets the events of the team.');
  });

  it('changes its secret, is paused and resumed, and is removed once its name is typed', async () => {
    const page = await signIn('/settings');
    await page.getByRole('link', { name: 'pager' }).click();
    await page.getByRole('button', { name: 'Rotate the secret' }).click();
    await page.getByRole('button', { name: /Copy the secret/ }).click();
    const next = await page.evaluate(() => navigator.clipboard.readText());
    expect(next).not.toBe(receiver.secret);
    expect(await exposed(page)).not.toContain(next);
    await see(page, 'Signed by both secrets until');

    await page.getByRole('button', { name: 'Pause' }).click();
    await see(page, 'Paused by a request.');
    await page.getByRole('button', { name: 'Resume' }).click();
    await see(page, 'Gets the events of the team.');
    await page.getByRole('button', { name: 'Remove' }).click();
    await confirm(page, 'pager', 'Remove');
    await see(page, 'No webhook yet');
    await until('the webhook is gone', async () => {
      const { body } = await stage.world.ask<{ items: unknown[] }>('GET /v1/webhooks');
      return body.items.length === 0;
    });
  });

  it('to an address that may not be reached is refused with the reason, and nothing is created', async () => {
    const page = await signIn('/settings');
    await page.getByLabel('New webhook').fill('http://169.254.169.254/latest/meta-data');
    await page.getByRole('region', { name: 'Webhooks' }).getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('alert').waitFor();

    expect((await stage.world.ask<{ items: unknown[] }>('GET /v1/webhooks')).body.items).toEqual([]);
  });
});
