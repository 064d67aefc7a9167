/**
 * Every screen, in light and dark, at three widths: no violation of WCAG 2.2 A and AA that axe finds, nothing that
 * scrolls sideways, no report of the content security policy, and no request to another host.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { overflow, schemes, violations, widths } from './accessibility.ts';
import { aPerson, openBrowser, see, type Watched } from './browser.ts';
import { openScreen, type Showcase, screensOf, showcase } from './screens.ts';
import { aConsole, type ConsoleWorld } from './world.ts';

let world: ConsoleWorld;
let browser: Browser;
let shown: Showcase;
beforeAll(async () => {
  [world, browser] = await Promise.all([aConsole({ speed: 600 }), openBrowser()]);
  shown = await showcase(world);
}, 180_000);
afterAll(async () => {
  await browser.close();
  await world.close();
});

async function checkScreens(person: Watched): Promise<void> {
  const { page } = person;
  for (const screen of screensOf(shown)) {
    await openScreen(page, world, screen);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      expect([screen[0], width, await violations(page)]).toEqual([screen[0], width, []]);
      expect([screen[0], width, await overflow(page)]).toEqual([screen[0], width, 0]);
    }
  }
}

describe.each(schemes)('in %s', (colorScheme) => {
  it('each screen is accessible and fits', async () => {
    const person = await aPerson(browser, { colorScheme });
    await person.page.goto(await world.link());
    await see(person.page, 'prod-redis');
    await checkScreens(person);
    expect(person.faults).toEqual([]);
    expect(person.requests.filter((url) => !url.startsWith(world.cloud.urls.api) && !url.startsWith('data:'))).toEqual(
      [],
    );
    await person.context.close();
  }, 300_000);

  it('so is the sign-in', async () => {
    const person = await aPerson(browser, { colorScheme });
    await person.page.goto(world.url);
    await see(person.page, 'API token');
    for (const width of widths) {
      await person.page.setViewportSize({ width, height: 900 });
      expect(await violations(person.page)).toEqual([]);
      expect(await overflow(person.page)).toBe(0);
    }
    await person.context.close();
  });
});

it('works by keyboard alone: to the content, along the navigation, and into a dialog and out', async () => {
  const { page, context } = await aPerson(browser);
  await page.goto(await world.link());
  await see(page, 'prod-redis');
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');

  await page.goto(`${world.url}/databases/${shown.database}`);
  await see(page, 'About this database');
  await page.getByRole('button', { name: 'Destroy the database' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await context.close();
});
