/** Every screen of the console, with what shows that it is there. */
import type { Page } from 'playwright-core';
import { see } from './browser.ts';
import type { ConsoleWorld } from './world.ts';

export interface Showcase {
  readonly serving: { readonly id: string };
  readonly stopped: { readonly id: string };
  readonly database: string;
  readonly lockout: string;
}

/** One key that serves, and one whose databases are stopped. */
export async function showcase(world: ConsoleWorld): Promise<Showcase> {
  const serving = await world.keyWithDatabases('prod-redis', ['orders', 'sessions', 'carts']);
  const stopped = await world.keyWithDatabases('eu-redis', ['eu-orders', 'eu-sessions']);
  await world.kms('DisableKey', { KeyId: stopped.arn });
  const lockout = await world.stoppedLockout(stopped.id);
  const { body } = await world.ask<{ id: string }>('GET /v1/databases/orders');
  return { serving, stopped, lockout, database: body.id };
}

type Screen = readonly [name: string, path: string, shows: string | RegExp];

export const screensOf = ({ serving, stopped, lockout, database }: Showcase): Screen[] => [
  ['keys', '', 'prod-redis'],
  ['key-serving', `/keys/${serving.id}`, 'Disable it to stop them.'],
  ['key-stopped', `/keys/${stopped.id}`, 'Stopped since'],
  ['databases', '/databases', 'eu-orders'],
  ['database', `/databases/${database}`, 'About this database'],
  ['lockouts', '/lockouts', 'Time to stop and to restore'],
  ['lockout', `/lockouts/${lockout}`, 'Time to stop'],
  ['register', '/register', 'Create the key'],
  ['settings', '/settings', 'Your sessions'],
];

/** Goes to a screen of a signed-in person, and waits until it has its data. */
export async function openScreen(page: Page, world: ConsoleWorld, [, path, shows]: Screen): Promise<void> {
  await page.goto(`${world.url}${path}`);
  await see(page, shows);
  await page.locator('.loading').first().waitFor({ state: 'detached' });
}
