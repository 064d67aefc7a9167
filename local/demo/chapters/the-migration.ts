/**
 * An older database, without a customer key and in use, moves under the key: forked, caught up, promoted while the app
 * writes.
 */
import { join } from 'node:path';
import { anyFreePort } from 'process-fleet/ports';
import * as z from 'zod/mini';
import { DatabaseView } from '#lib/contracts/databases.ts';
import { type Counter, counterAt, startCounter } from '../counter.ts';
import { counted, inWords } from '../durations.ts';
import { connectApp } from '../redis.ts';
import { check } from '../stage.ts';
import { liveTraffic, type Traffic, urlOfTheMoment } from '../traffic.ts';
import { until } from '../until.ts';
import type { Play, World } from '../world.ts';
import type { DemoDatabase } from './the-database.ts';

const app = 'counter';
const older = 'visits';
const encrypted = 'visits-encrypted';

export async function theMigration(play: Play, { keyArn }: DemoDatabase): Promise<void> {
  const { stage, world } = play;
  stage.chapter(
    'An older database moves under the key',
    'Another app, a counter of visits, has a database without a customer key, and writes to it up to a thousand ' +
      'times a second. A fork under the key copies it live; promoting the fork makes it the app’s database.',
  );
  const counter = await theOlderDatabase(play);
  const url = await urlOfTheMoment(async () => (await urls(world)).REDIS_URL);
  const traffic = liveTraffic(url.now);
  try {
    await theFork(play, { keyArn, url: url.now() });
    await thePromotion(play, { traffic, counter });
  } finally {
    await Promise.all([traffic.stop(), url.end()]);
  }
}

const urls = ({ api }: World) => api.read(`/v1/apps/${app}/config-vars`, z.record(z.string(), z.nullable(z.string())));
const statusOf = ({ api }: World, name: string) => api.read(`/v1/databases/${name}`, DatabaseView());

async function theOlderDatabase({ stage, world }: Play): Promise<Counter> {
  await world.api.send('POST', '/v1/apps', { name: app, space: 'acme-private', admins: ['admin@example.com'] });
  const body = { name: older, plan: 'premium-7', app };
  await stage.do(
    world.api.post('/v1/databases', {
      body,
      shown: `{ name: ${older}, plan: premium-7, app: ${app} }`,
      responseSchema: DatabaseView(),
    }),
  );
  await stage.see(
    'database available, under the platform’s own key',
    until('the older database available', async () =>
      (await statusOf(world, older)).status === 'available' ? true : null,
    ),
  );
  const counter = counterAt(await anyFreePort());
  await startCounter(world.api, {
    app,
    counter,
    folder: join(import.meta.dirname, '..', '..', '..', 'examples', 'counter-app'),
  });
  await stage.see(
    'the counter counts',
    until('the counter counting', counter.visit),
    (visits) => `the counter counts: visit ${visits}`,
  );
  return counter;
}

async function theFork({ stage, world }: Play, { keyArn, url }: { keyArn: string; url: string }): Promise<void> {
  const body = { name: encrypted, plan: 'private-7', app, encryptionKey: keyArn, fork: url };
  const from = 'redis://h:<password>@<host>:<port>';
  const shown = `{ name: ${encrypted}, plan: private-7, app: ${app}, encryptionKey: $CMK_ARN, fork: ${from} }`;
  await stage.do(world.api.post('/v1/databases', { body, shown, responseSchema: DatabaseView() }));
  await stage.see(
    'the fork has caught up',
    caughtUp(world),
    (lag) => `the fork has caught up: it lags by ${lag} bytes under load`,
  );
}

const caughtUp = (world: World) =>
  until('the fork caught up', async () => {
    const { status, fork, failure } = await statusOf(world, encrypted);
    check(status !== 'failed', `The fork failed: ${failure?.detail}`);
    return fork?.caughtUp ? fork.lagBytes : null;
  });

async function thePromotion(
  { stage, world }: Play,
  { traffic, counter }: { traffic: Traffic; counter: Counter },
): Promise<void> {
  const before = counter.last();
  await stage.do(
    world.api.post(`/v1/databases/${encrypted}/promotion`, {
      body: { app },
      shown: `{ app: ${app} }`,
      responseSchema: DatabaseView(),
    }),
  );
  await stage.see(
    'the fork is the app’s database',
    until('the promotion through', () => promoted(world)),
  );
  const next = await until('the counter counting on', counter.visit);
  await traffic.stop();
  await stage.prove('No acknowledged write is lost, and the counter counts on', async () => {
    check(next > before, `The counter began anew: visit ${next} after ${before}.`);
    const lost = await lostOf(world, traffic.acknowledged);
    check(
      lost === 0,
      `${counted(lost)} of ${counted(traffic.acknowledged.length)} acknowledged writes are not in the new database.`,
    );
    return [
      `${counted(traffic.acknowledged.length)} writes were acknowledged in all, and all are in the encrypted database.`,
      `The longest time between two of them: ${inWords(traffic.gapMs())}, while the fork took over.`,
      `Visit ${before} was the last before, ${next} the first after.`,
    ].join('\n');
  });
}

async function promoted(world: World): Promise<true | null> {
  const { items } = await world.api.read(
    '/v1/timeline?limit=20',
    z.object({ items: z.array(z.object({ type: z.string(), data: z.unknown() })) }),
  );
  const undone = items.find(({ type }) => type === 'PromotionUndone');
  check(!undone, `The promotion was undone: ${JSON.stringify(undone?.data)}`);
  return items.some(({ type }) => type === 'DatabasePromoted') ? true : null;
}

async function lostOf(world: World, acknowledged: readonly number[]): Promise<number> {
  const redis = await connectApp((await urls(world)).REDIS_URL ?? '');
  try {
    const there = new Map(await redis.readAll());
    return acknowledged.filter((number) => there.get(`n:${number}`) !== String(number)).length;
  } finally {
    redis.close();
  }
}
