/**
 * Every event reaches every webhook that subscribes to it, once recorded and at least once sent, in virtual time: with
 * lost wake-ups, dead receivers of other teams, workers that die, and ten thousand events in an hour.
 */
import { expect, it } from '@jest/globals';
import { deliverySaved, feedSaved } from '#lib/model/items/webhooks.ts';
import { redelivered } from '#lib/model/webhook-delivery.ts';
import { anId } from '#test/support/build.ts';
import { aWorld, dead, inTime, quick, sweeping } from './world.ts';

const team = anId('team', 1);
const minute = 60_000;
const day = 86_400_000;

it('an event is delivered once to each webhook, however often the worker is woken', async () => {
  const world = aWorld();
  const [one, two] = [await world.webhook(team, quick), await world.webhook(team, quick)];
  await world.event(team, 3);

  await inTime(world, Promise.all(Array.from({ length: 20 }, () => world.wake(team))));
  await sweeping(world, 5 * minute);

  // Its own creation is the first event of a webhook.
  expect(world.deliveries(one)).toHaveLength(5);
  expect(world.deliveries(two)).toHaveLength(4);
  expect(world.arrivals).toHaveLength(9);
  expect(new Set(world.arrivals.map(({ url, id }) => `${url} ${id}`)).size).toBe(9);
});

it('an event whose wake-up was lost is delivered by the next sweep', async () => {
  const world = aWorld();
  await world.webhook(team, quick);
  await world.event(team);

  await sweeping(world, minute + 1000);

  expect(world.arrivals).toHaveLength(2);
});

it('an event that comes while a worker has the team waits for no sweep', async () => {
  const world = aWorld();
  await world.webhook(team, () => ({ status: 204, durationMs: 3000 }));
  const first = world.wake(team);
  world.time.at(world.time.millis() + 3500, () => void world.event(team).then(() => world.wake(team)));

  await inTime(world, first, 20_000);

  expect(world.arrivals).toHaveLength(2);
});

it('a worker that dies with the lease holds the team for a minute', async () => {
  const world = aWorld();
  const webhook = await world.webhook(team, quick);
  const feed = await world.stores.webhookFeedOf(team);
  const leasedUntil = new Date(world.time.millis() + minute).toISOString();
  if (feed)
    await world.commit({
      teamId: team,
      at: world.time.now(),
      changes: [feedSaved({ ...feed, leasedUntil })],
      entries: [],
    });

  await inTime(world, world.wake(team), 1000);
  expect(world.arrivals).toHaveLength(0);
  await sweeping(world, 3 * minute);

  expect(world.arrivals).toHaveLength(1);
  expect(world.deliveries(webhook).map(({ status }) => status)).toEqual(['delivered']);
});

it('retries follow the schedule within a minute, until the receiver is back', async () => {
  const world = aWorld();
  const times: number[] = [];
  const began = world.time.millis();
  const webhook = await world.webhook(team, (_, count) => {
    times.push((world.time.millis() - began) / 1000);
    return { status: count <= 4 ? 503 : 204, durationMs: 10 };
  });

  await inTime(world, world.wake(team));
  await sweeping(world, 60 * minute);

  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  const least = [5, 60, 300, 1800];
  expect(gaps).toHaveLength(4);
  for (const [index, gap] of gaps.entries()) {
    expect(gap).toBeGreaterThanOrEqual(least[index] ?? 0);
    expect(gap).toBeLessThanOrEqual((least[index] ?? 0) * 1.2 + 61);
  }
  expect(world.deliveries(webhook)[0]).toMatchObject({ status: 'delivered', tries: 5 });
});

it('two hundred teams with dead receivers delay no other team', async () => {
  const world = aWorld();
  const deads = Array.from({ length: 200 }, (_, index) => anId('team', 100 + index));
  for (const each of deads) {
    await world.webhook(each, dead);
    await world.event(each, 10);
  }
  await world.webhook(team, quick);
  const began = world.time.millis();
  for (const each of deads) void world.wake(each);

  await inTime(world, world.wake(team), 2000);
  expect(world.arrivals).toHaveLength(1);
  expect(world.arrivals[0]?.at.getTime()).toBeLessThan(began + 1000);

  // The wake-up of the next event is lost: the sweep finds the team among those with dead receivers.
  await world.event(team);
  await sweeping(world, 3 * minute);
  expect(world.arrivals).toHaveLength(2);
});

it('a webhook of a dead receiver costs its team’s other webhooks seconds, and gets few requests', async () => {
  const world = aWorld();
  let requests = 0;
  await world.webhook(team, () => {
    requests += 1;
    return { status: null, durationMs: 10_000 };
  });
  for (let part = 0; part < 4; part++) await world.event(team, 25);
  const healthy = await world.webhook(team, quick, ['SpaceCreated']);
  await world.event(team, 5);

  await inTime(world, world.wake(team));

  expect(world.deliveries(healthy).every(({ status }) => status === 'delivered')).toBe(true);
  expect(requests).toBeLessThanOrEqual(8);
});

it('ten thousand deliveries in an hour are sent without a loss, to receivers that fail at times', async () => {
  const world = aWorld();
  const teams = Array.from({ length: 10 }, (_, index) => anId('team', index + 1));
  const webhooks = [];
  for (const each of teams)
    webhooks.push(
      await world.webhook(each, (_, count) => ({ status: count % 10 === 0 ? 500 : 204, durationMs: 40 }), [
        'SpaceCreated',
      ]),
    );
  await world.webhook(anId('team', 99), dead);

  for (let part = 0; part < 20; part++) {
    for (const each of teams) {
      for (let commit = 0; commit < 2; commit++) await world.event(each, 25);
      void world.wake(each);
    }
    await sweeping(world, 2 * minute);
  }
  await sweeping(world, 20 * minute);

  for (const webhook of webhooks) {
    const deliveries = world.deliveries(webhook);
    expect(deliveries).toHaveLength(1000);
    expect(deliveries.every(({ status }) => status === 'delivered')).toBe(true);
  }
  expect(new Set(world.arrivals.map(({ url, id }) => `${url} ${id}`)).size).toBe(10_000);
}, 120_000);

it('a webhook that fails for five days is paused once, with an entry in the timeline and one notice', async () => {
  const world = aWorld();
  const webhook = await world.webhook(team, () => ({ status: 500, durationMs: 10 }));
  for (let hours = 0; hours < 5 * 24 + 13; hours += 12) {
    await world.event(team);
    void world.wake(team);
    await world.time.runUntil(world.time.millis() + day / 2);
    await sweeping(world, 2 * minute);
  }

  const stored = await world.stored(webhook);
  expect(stored).toMatchObject({ status: 'paused', pausedBecause: 'failing' });
  const entries = (await world.stores.chainOf(team, 0)).items.filter(({ type }) => type === 'WebhookPaused');
  expect(entries.map(({ data }) => data)).toEqual([
    { host: new URL(webhook.url).host, reason: 'failing', failingSince: stored?.failingSince },
  ]);
  const notices = world.table.rows('OUTBOX').filter(({ effect }) => (effect as { kind: string }).kind === 'notice');
  expect(notices).toHaveLength(1);
  expect(JSON.stringify(notices)).not.toContain(webhook.url);
});

it('what is pending when a webhook is paused ends, and can be sent again later', async () => {
  const world = aWorld();
  const webhook = await world.webhook(team, () => ({ status: 410, durationMs: 10 }), ['SpaceCreated']);
  await world.event(team, 10);

  await inTime(world, world.wake(team));
  await sweeping(world, 5 * minute);

  expect(await world.stored(webhook)).toMatchObject({ status: 'disabled', pausedBecause: 'gone' });
  const deliveries = world.deliveries(webhook);
  expect(deliveries.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 'failed'));
  expect(deliveries.some(({ attempts }) => attempts.some(({ error }) => error === 'webhook_paused'))).toBe(true);
});

it('a redelivery that is requested during an attempt follows it', async () => {
  const world = aWorld();
  const webhook = await world.webhook(team, () => ({ status: 204, durationMs: 5000 }), ['SpaceCreated']);
  await world.event(team);
  const first = world.wake(team);
  world.time.at(world.time.millis() + 2000, () => {
    const [delivery] = world.deliveries(webhook);
    if (!delivery) return;
    const changes = deliverySaved(delivery, redelivered(delivery, world.time.now()));
    void world.commit({ teamId: team, at: world.time.now(), changes });
  });

  await inTime(world, first);

  expect(world.arrivals).toHaveLength(2);
  expect(world.deliveries(webhook)[0]).toMatchObject({ status: 'delivered', dueAt: null });
});
