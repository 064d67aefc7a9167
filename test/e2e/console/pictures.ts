/**
 * Writes a picture of each screen to docs/console: `npm run console-pictures`. A run of jest, so that it has the same
 * platform as the tests; it replaces what is there.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { aPerson, openBrowser, see } from './browser.ts';
import { openScreen, type Showcase, screensOf, showcase } from './screens.ts';
import { aConsole, type ConsoleWorld } from './world.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'docs', 'console');

let world: ConsoleWorld;
let browser: Browser;
let shown: Showcase;
let waiting: { readonly id: string; readonly arn: string };
beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  [world, browser] = await Promise.all([aConsole({ speed: 20 }), openBrowser()]);
  shown = await showcase(world);
  waiting = await world.keyWithDatabases('payments', ['payments', 'ledger', 'payment-sessions', 'fraud-scores']);
}, 300_000);
afterAll(async () => {
  await browser.close();
  await world.close();
});

const picture = (page: Page, name: string): Promise<unknown> =>
  page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });

/** Signed in, in a window of this size. */
async function aVisitor(width: number, height: number, colorScheme: 'light' | 'dark' = 'light') {
  const person = await aPerson(browser, { viewport: { width, height }, colorScheme });
  await person.page.goto(await world.link());
  await see(person.page, 'prod-redis');
  return person;
}

it('of each screen', async () => {
  const { page, context } = await aVisitor(1200, 800);
  for (const screen of screensOf(shown)) {
    await openScreen(page, world, screen);
    await picture(page, screen[0]);
  }
  await context.close();
}, 120_000);

it('of the key page during the waiting period: light, dark, and on a phone', async () => {
  const visitors = await Promise.all([aVisitor(1200, 900), aVisitor(1200, 900, 'dark'), aVisitor(360, 780)]);
  await world.kms('DisableKey', { KeyId: waiting.arn });
  await see(visitors[0].page, /stops in/, 45_000);
  for (const [index, { page, context }] of visitors.entries()) {
    await page.goto(`${world.url}/keys/${waiting.id}`);
    await see(page, /4 databases stop at/);
    await see(page, /seen by event/);
    await picture(page, ['key', 'key-dark', 'key-phone'][index] ?? 'key');
    await context.close();
  }
  await world.kms('EnableKey', { KeyId: waiting.arn });
  expect(visitors.flatMap(({ faults }) => faults)).toEqual([]);
}, 120_000);
