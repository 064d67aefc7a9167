/** Drills in the browser: planned, started, watched live, and their reports read; and their schedule. */
import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { weekdays } from '#lib/model/database.ts';
import { overflow, schemes, violations } from './accessibility.ts';
import { aPerson, see } from './browser.ts';
import { aStage } from './stage.ts';

const stage = aStage({ speed: 600, keyName: 'prod-redis' });

async function signIn(path: string, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  stage.person = await aPerson(stage.browser, { colorScheme });
  await stage.person.page.goto(await stage.world.link());
  await see(stage.person.page, 'prod-redis');
  await stage.person.page.goto(`${stage.world.url}${path}`);
  return stage.person.page;
}

it('shows what it will do, then its stages while it runs, and the report against the objectives', async () => {
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

/** Whose window is not open, so that no drill starts. */
const day = weekdays[(new Date().getUTCDay() + 3) % 7] ?? 'sunday';
const section = (page: Page) => page.getByRole('region', { name: 'Drill schedule' });
const stored = () => stage.world.ask(`GET /v1/keys/${stage.key.id}/drill-schedule`);

describe('the drill schedule of a key', () => {
  it('is set by keyboard alone, and the focus goes into the form and back', async () => {
    const page = await signIn(`/keys/${stage.key.id}`);
    await see(page, 'No drill starts by itself');
    const open = section(page).getByRole('button', { name: 'Schedule drills' });
    await open.focus();
    await page.keyboard.press('Enter');
    const focused = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent);
    await page.getByLabel('Mode').waitFor();
    expect(await focused()).toBe('schedule-mode');
    await page.keyboard.press('Escape');

    await page.getByLabel('Day').focus();
    await page.keyboard.type(day);
    await page.getByLabel('Owner').focus();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('security@customer.test');
    await page.keyboard.press('Enter');

    await see(page, 'A simulated drill starts by itself once a month.');
    await expectFocus(page, 'Change the schedule');
    expect((await stored()).body).toMatchObject({
      ...{ mode: 'simulated', every: 'month', window: { day, time: '04:00' }, owner: 'security@customer.test' },
    });
  });

  it('is not changed by a drill key that does not fit, whose problem is shown in the form', async () => {
    const page = await signIn(`/keys/${stage.key.id}`);
    await section(page).getByRole('button', { name: 'Change the schedule' }).click();
    await page.getByLabel('Mode').selectOption('real');
    await page.getByLabel('Every').selectOption('quarter');
    await page.getByLabel('Drill key', { exact: true }).fill(stage.key.arn);
    await page.getByRole('button', { name: 'Save the schedule' }).click();

    await section(page).getByRole('alert').getByText('The drill key must be another key').waitFor();
    expect((await stored()).body).toMatchObject({ mode: 'simulated', every: 'month' });

    const drillKey = await stage.world.keyOfCustomer();
    await page.getByLabel('Drill key', { exact: true }).fill(drillKey);
    await page.getByRole('button', { name: 'Save the schedule' }).click();
    await see(page, 'A real drill starts by itself once a quarter.');
    expect((await stored()).body).toMatchObject({ mode: 'real', every: 'quarter', drillKey });
  });

  it.each(schemes)('is accessible and fits while it is changed, in %s', async (scheme) => {
    const page = await signIn(`/keys/${stage.key.id}`, scheme);
    await section(page).getByRole('button', { name: 'Change the schedule' }).click();
    for (const width of [360, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      expect([width, await violations(page)]).toEqual([width, []]);
      expect([width, await overflow(page)]).toEqual([width, 0]);
    }
  });

  it('is removed once its key is named', async () => {
    const page = await signIn(`/keys/${stage.key.id}`);
    await section(page).getByRole('button', { name: 'Remove the schedule' }).click();
    const dialog = page.getByRole('dialog');
    const remove = dialog.getByRole('button', { name: 'Remove the schedule' });
    expect(await remove.isDisabled()).toBe(true);
    await dialog.getByLabel(/to confirm/).fill('prod-redis');
    await remove.click();

    await see(page, 'No drill starts by itself');
    expect(await stored()).toMatchObject({ status: 404 });
  });
});

const expectFocus = (page: Page, text: string): Promise<unknown> =>
  page.waitForFunction((words) => document.activeElement?.textContent === words, text);
