/** Every screen of the console, with what shows that it is there. */
import type { Page } from 'playwright-core';
import { weekdays } from '#lib/model/database.ts';
import { until } from '#local/test-support/until.ts';
import { urlsOf, withRedis } from '#test/integration/api/preconditions.ts';
import { see } from './browser.ts';
import type { ConsoleWorld } from './world.ts';

export interface Showcase {
  readonly serving: { readonly id: string };
  readonly stopped: { readonly id: string };
  readonly database: string;
  readonly lockout: string;
  readonly webhook: string;
  readonly drill: string;
}

/** One key that serves, and one whose databases are stopped. */
export async function showcase(world: ConsoleWorld): Promise<Showcase> {
  const serving = await world.keyWithDatabases('prod-redis', ['orders', 'sessions', 'carts']);
  const stopped = await world.keyWithDatabases('eu-redis', ['eu-orders', 'eu-sessions']);
  await world.kms('DisableKey', { KeyId: stopped.arn });
  const lockout = await world.stoppedLockout(stopped.id);
  const { body } = await world.ask<{ id: string }>('GET /v1/databases/orders');
  await fillWithKeys(world, body.id);
  for (const email of ['security@customer.test', 'oncall@example.com'])
    await world.ask(`POST /v1/keys/${serving.id}/contacts`, { body: { email } });
  await world.ask(`PUT /v1/keys/${serving.id}/drill-schedule`, { body: monthly() });
  return {
    serving,
    stopped,
    lockout,
    database: body.id,
    webhook: await aWebhook(world),
    drill: await aDrill(world, serving),
  };
}

/** So that a drill has data to compare. */
async function fillWithKeys(world: ConsoleWorld, database: string): Promise<void> {
  const { url } = await urlsOf(world, database);
  const data = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`order:${n}`, `paid ${n}`]));
  await withRedis(url, (redis) => redis.mset(data));
}

/** In a window that is not open. */
const monthly = () => ({
  ...{ mode: 'simulated', every: 'month', owner: 'security@customer.test' },
  window: { day: weekdays[(new Date().getUTCDay() + 3) % 7], time: '04:00' },
});

/** Whose receiver does not exist, so that it has a delivery that failed. */
async function aWebhook({ ask, tokens: { adminToken: token } }: ConsoleWorld): Promise<string> {
  const body = { url: 'http://127.0.0.1:9/latchkey', description: 'pager' };
  const { id } = (await ask<{ id: string }>('POST /v1/webhooks', { token, body })).body;
  await ask(`POST /v1/webhooks/${id}/pings`);
  return id;
}

/** A simulated drill that has ended. */
async function aDrill({ ask }: ConsoleWorld, { id: keyId }: Showcase['serving']): Promise<string> {
  const body = { mode: 'simulated', database: 'orders' };
  const { id } = (await ask<{ id: string }>(`POST /v1/keys/${keyId}/drills`, { body })).body;
  await until('the drill has ended', async () => (await ask(`GET /v1/drills/${id}`)).body.stage === 'ended');
  return id;
}

type Screen = readonly [name: string, path: string, shows: string | RegExp];

export const screensOf = ({ serving, stopped, lockout, database, webhook, drill }: Showcase): Screen[] => [
  ['keys', '', 'prod-redis'],
  ['key-serving', `/keys/${serving.id}`, 'Disable it to stop them.'],
  ['key-stopped', `/keys/${stopped.id}`, 'Stopped since'],
  ['databases', '/databases', 'eu-orders'],
  ['database', `/databases/${database}`, 'About this database'],
  ['lockouts', '/lockouts', 'Time to stop and to restore'],
  ['lockout', `/lockouts/${lockout}`, 'Time to stop'],
  ['drills', '/drills', 'simulated drill of'],
  ['drill', `/drills/${drill}`, 'Objectives'],
  ['register', '/register', 'Create the key'],
  ['settings', '/settings', 'Your sessions'],
  ['webhook', `/webhooks/${webhook}`, 'Deliveries'],
];

/** Goes to a screen of a signed-in person, and waits until it has its data. */
export async function openScreen(page: Page, world: ConsoleWorld, [, path, shows]: Screen): Promise<void> {
  await page.goto(`${world.url}${path}`);
  await see(page, shows);
  await page.locator('.loading').first().waitFor({ state: 'detached' });
}
