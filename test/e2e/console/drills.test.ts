/** A simulated drill in the browser: planned, started, watched live, and its report read. */
import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { aPerson, see } from './browser.ts';
import { aStage } from './stage.ts';

const stage = aStage({ speed: 600, keyName: 'prod-redis' });

async function signIn(path: string): Promise<Page> {
  stage.person = await aPerson(stage.browser);
  await stage.person.page.goto(await stage.world.link());
  await see(stage.person.page, 'prod-redis');
  await stage.person.page.goto(`${stage.world.url}${path}`);
  return stage.person.page;
}

it('shows what it will do before it starts, its stages while it runs, and the report against the objectives', async () => {
  const page = await signIn(`/keys/${stage.key.id}`);
  await see(page, 'No drill yet');
  await page.getByRole('button', { name: 'Plan a drill' }).click();
  await see(page, /Forks orders \(private-7\) into a database that no app sees/);
  await page.getByRole('button', { name: 'Start the drill' }).click();
  await page.waitForURL('**/console/drills/drl_*');
  await page.evaluate(() => Object.assign(globalThis, { neverReloaded: true }));
  await see(page, 'It would work: every objective was met, and no data was lost.', 90_000);

  await see(page, 'The database is empty, so there was no data to compare.');
  await see(page, 'What this drill does not show');
  const verdicts = await page.getByRole('table').locator('.badge').allTextContents();
  expect(verdicts).toContain('met');
  expect(verdicts).not.toContain('missed');
  expect(await page.evaluate(() => 'neverReloaded' in globalThis)).toBe(true);

  await page.getByRole('link', { name: 'See the key' }).click();
  await see(page, 'simulated drill of orders');
  await page.getByRole('link', { name: 'Lockouts' }).click();
  await see(page, /rehearsed by a drill/);
});

it('is aborted by a click, and says so', async () => {
  const page = await signIn(`/keys/${stage.key.id}`);
  await page.getByRole('button', { name: 'Plan a drill' }).click();
  await page.getByRole('button', { name: 'Start the drill' }).click();
  await page.getByRole('button', { name: 'Abort the drill' }).click();
  await see(page, 'It was aborted, and the fork is removed.', 60_000);
});

it('that cannot be is refused with the reason, and nothing is started', async () => {
  const page = await signIn(`/keys/${stage.key.id}`);
  await page.getByLabel('Drill key, for a real drill').fill('not an ARN');
  await page.getByRole('button', { name: 'Plan a drill' }).click();
  await page.getByRole('alert').waitFor();

  expect(await page.getByRole('button', { name: 'Start the drill' }).count()).toBe(0);
});
