/**
 * One page, never reloaded, shows the whole life of a key: serving, waiting, stopping, stopped, coming back, serving.
 * At ten times the speed of AWS the waiting period is a minute, and an idle page reads every 3 s instead of 30 s.
 */
import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { until } from '#local/test-support/until.ts';
import { aPerson, see } from './browser.ts';
import { aStage } from './stage.ts';

const stage = aStage({ speed: 10 });
const lockoutOf = async (keyId: string) => {
  const { lockout } = (await stage.world.ask<{ lockout: string | null }>(`GET /v1/keys/${keyId}`)).body;
  if (lockout === null) return null;
  return (await stage.world.ask<{ deadline: string; state: string }>(`GET /v1/lockouts/${lockout}`)).body;
};

/** Seconds that the countdown shows; the server's `Date` and the API's deadline say how many it should. */
async function countdowns(page: Page, deadline: string): Promise<{ shown: number; real: number }> {
  const shown = Number(await page.getByRole('timer').getAttribute('data-left'));
  return { shown, real: (Date.parse(deadline) - Date.now()) / 1000 };
}

describe('the page of a key', () => {
  it('follows the key from disabled to enabled', async () => {
    const key = await stage.world.keyWithDatabases('prod-redis', ['orders', 'sessions']);
    stage.person = await aPerson(stage.browser);
    const { page } = stage.person;
    await page.goto(await stage.world.link());
    await page.getByRole('link', { name: 'prod-redis' }).first().click();
    await see(page, '2 databases are encrypted under this key. Disable it to stop them.');
    await page.evaluate(() => Object.assign(globalThis, { neverReloaded: true }));

    await stage.world.kms('DisableKey', { KeyId: key.arn });
    // Within half the 30 s of an idle page on AWS: the page keeps to the speed of the local cloud.
    await see(page, /2 databases stop at/, 15_000);
    await see(page, /Disabled\s+by arn:aws:iam::\d+:.+seen by event within \d s/);
    await see(page, `aws kms enable-key --key-id ${key.arn}`);
    const { deadline } = (await lockoutOf(key.id)) ?? { deadline: '' };
    const { shown, real } = await countdowns(page, deadline);
    expect(Math.abs(shown - real)).toBeLessThanOrEqual(1);

    await see(page, /Stopped since/, 90_000);
    await see(page, '2 databases and their data are out of reach.');
    await see(page, '2 of 2');

    await stage.world.kms('EnableKey', { KeyId: key.arn });
    await see(page, '2 databases are encrypted under this key. Disable it to stop them.', 60_000);
    await see(page, 'Everything on the key serves again');
    expect(await page.evaluate(() => 'neverReloaded' in globalThis)).toBe(true);
  });

  it.each([
    ['ahead', 1],
    ['behind', -1],
  ] as const)(
    'shows a countdown by the clock of the server, on a machine that is an hour %s',
    async (direction, hours) => {
      const key = await stage.world.keyWithDatabases(`clock-${direction}`, [`clocked-${direction}`]);
      stage.person = await aPerson(stage.browser);
      const { page } = stage.person;
      await page.addInitScript((wrong) => {
        const real = Date.now.bind(Date);
        Date.now = () => real() + wrong * 3_600_000;
      }, hours);
      await page.goto(await stage.world.link());
      await see(page, `clock-${direction}`);
      await page.goto(`${stage.world.url}/keys/${key.id}`);
      await see(page, 'Disable it to stop them.');

      await stage.world.kms('DisableKey', { KeyId: key.arn });
      await see(page, /1 database stops at/);
      const { deadline } = (await lockoutOf(key.id)) ?? { deadline: '' };
      const { shown, real } = await countdowns(page, deadline);
      await stage.world.kms('EnableKey', { KeyId: key.arn });

      expect(Math.abs(shown - real)).toBeLessThanOrEqual(1.5);
      await see(page, 'Disable it to stop them.');
    },
  );

  it('verifies the chain in the browser, and finds an entry that was changed on the way', async () => {
    stage.person = await aPerson(stage.browser);
    const { page } = stage.person;
    await page.goto(await stage.world.link());
    await page.getByRole('link', { name: 'prod-redis' }).first().click();
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await see(page, /✓ \d+ entries verified in this browser, head [0-9a-f]{8}/, 60_000);

    await page.route('**/v1/timeline?*', async (route) => {
      const response = await route.fetch();
      const body = (await response.json()) as { items: { data: object }[] };
      const [first, second = { data: {} }, ...rest] = body.items;
      await route.fulfill({
        response,
        json: { ...body, items: [first, { ...second, data: { forged: true } }, ...rest] },
      });
    });
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await see(page, /Entry \d+ is changed/);
  });

  it('registers a key: each right turns green as the policy allows it, then creates the first database', async () => {
    stage.person = await aPerson(stage.browser);
    const { page } = stage.person;
    const { KeyMetadata } = (await stage.world.kms('CreateKey', { Description: 'to-register' })) as {
      KeyMetadata: { Arn: string };
    };
    await page.goto(await stage.world.link());
    await page.getByRole('link', { name: 'Register a key' }).click();
    await page.getByLabel('The AWS account that owns the key').fill(stage.world.cloud.accounts.customer);
    await see(page, 'aws kms create-key');
    await page.getByLabel('The full ARN of the key').fill(KeyMetadata.Arn);
    await page.getByRole('button', { name: 'Check and register' }).click();
    await see(page, 'The key cannot be used');
    await see(page, 'Each right turns green as soon as the key policy allows it.');

    const { body: policy } = await stage.world.ask(`GET /v1/key-policy?account=${stage.world.cloud.accounts.customer}`);
    await stage.world.kms('PutKeyPolicy', {
      ...{ KeyId: KeyMetadata.Arn, PolicyName: 'default', Policy: JSON.stringify(policy) },
    });
    await see(page, /is registered/);
    expect(await page.locator('.rights .allowed').count()).toBe(8);

    await page.getByLabel('Name').fill('first-one');
    await page.getByRole('button', { name: 'Create the database' }).click();
    await page.waitForURL('**/console/databases/db_*');
    await see(page, 'Serving.', 60_000);
  });

  it('destroys a database only once its name is typed', async () => {
    stage.person = await aPerson(stage.browser);
    const { page } = stage.person;
    await page.goto(await stage.world.link());
    await page.getByRole('link', { name: 'Databases', exact: true }).click();
    await page.getByRole('link', { name: 'first-one' }).click();
    await page.getByRole('button', { name: 'Destroy the database' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Its data is gone for good.').waitFor();
    expect(await dialog.getByRole('button', { name: 'Destroy the database' }).isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('first-one');
    await dialog.getByRole('button', { name: 'Destroy the database' }).click();

    await until('the database is gone', async () => {
      const { body } = await stage.world.ask<{ items: { name: string }[] }>('GET /v1/databases');
      return body.items.every(({ name }) => name !== 'first-one');
    });
  });
});
