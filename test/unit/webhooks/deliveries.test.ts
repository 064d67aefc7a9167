/** When a delivery is tried again and when it ends, and what its attempts mean for the webhook. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isSubscribed } from '#lib/model/webhook.ts';
import { attempted, bodyOf, type Delivery, pingOf, redelivered } from '#lib/model/webhook-delivery.ts';
import { healthAfter } from '#lib/model/webhook-health.ts';
import { at } from '#test/support/build.ts';
import { aDelivery, anAttempt, anEntry, aWebhook } from './a-webhook.ts';

const failure = (time = at.toISOString()) => anAttempt({ at: time, statusCode: 500, error: 'http_status' });
const day = 86_400;
/** 5 s, 1 min, 5 min, 30 min, 2 h, 6 h, 12 h, 24 h. */
const schedule = [5, 60, 300, 1800, 7200, 21_600, 43_200, day];

/** The delays after each failed attempt, in seconds. */
function delays(random: number, retryAfter: number | null = null): number[] {
  const found: number[] = [];
  let delivery: Delivery = aDelivery();
  while (delivery.status === 'pending') {
    const time = delivery.dueAt ?? '';
    delivery = attempted(delivery, { attempt: failure(time), retryAfter }, random);
    if (delivery.dueAt) found.push((Date.parse(delivery.dueAt) - Date.parse(time)) / 1000);
  }
  return found;
}

describe('a delivery', () => {
  it('is tried nine times, with the delays of the schedule and a jitter of up to a fifth', () => {
    expect(delays(0)).toEqual(schedule);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (random) =>
        delays(random).every((delay, index) => {
          const least = schedule[index] ?? 0;
          return delay >= least - 0.001 && delay <= least * 1.2 + 0.001;
        }),
      ),
    );
  });

  it('waits longer if the receiver asks for it, a day at most, and never shorter', () => {
    expect(delays(0, 90)[0]).toBe(90);
    expect(delays(0, 90)[2]).toBe(300);
    expect(delays(0, 10 * day)[0]).toBe(day);
    expect(delays(0, 0)).toEqual(schedule);
  });

  it('counts the delay from the end of an attempt', () => {
    const slow = { ...failure(), durationMs: 10_000 };
    expect(attempted(aDelivery(), { attempt: slow, retryAfter: null }, 0).dueAt).toBe(
      new Date(at.getTime() + 15_000).toISOString(),
    );
  });

  it('ends with a success, and begins anew with a redelivery', () => {
    const done = attempted(aDelivery(), { attempt: anAttempt(), retryAfter: null }, 0);
    expect(done).toMatchObject({ status: 'delivered', dueAt: null, tries: 1 });
    expect(redelivered(done, at)).toMatchObject({ status: 'pending', dueAt: at.toISOString(), tries: 0, id: done.id });
    expect(redelivered(done, at).attempts).toHaveLength(1);
  });

  it('keeps its latest twenty attempts', () => {
    let delivery: Delivery = aDelivery();
    for (let round = 0; round < 40; round++)
      delivery = redelivered(attempted(delivery, { attempt: failure(), retryAfter: null }, 0), at);
    expect(delivery.attempts).toHaveLength(20);
  });

  it('is kept for 30 days', () => {
    expect(aDelivery().expiresAt).toBe(at.getTime() / 1000 + 30 * day);
  });

  it('of a ping is tried once', () => {
    const ping = pingOf(aWebhook(), 'dlv_1', at);
    expect(attempted(ping, { attempt: failure(), retryAfter: 60 }, 0)).toMatchObject({ status: 'failed', dueAt: null });
    expect(JSON.parse(bodyOf(ping, null))).toMatchObject({ type: 'WebhookPing', id: 'dlv_1', source: 'latchkey' });
  });
});

describe('a webhook', () => {
  it('gets later events of its types while it is active', () => {
    const event = anEntry({ seq: 5 });
    expect(isSubscribed(aWebhook(), event)).toBe(true);
    expect(isSubscribed(aWebhook({ types: ['SpaceCreated'] }), event)).toBe(true);
    expect(isSubscribed(aWebhook({ types: ['AppCreated'] }), event)).toBe(false);
    expect(isSubscribed(aWebhook({ afterSeq: 5 }), event)).toBe(false);
    expect(isSubscribed(aWebhook({ status: 'paused' }), event)).toBe(false);
    expect(isSubscribed(aWebhook({ status: 'disabled' }), event)).toBe(false);
  });

  it('is paused when every attempt of five days failed, and not before', () => {
    const failing = healthAfter(aWebhook(), failure());
    expect(failing).toMatchObject({ status: 'active', failingSince: at.toISOString() });
    const later = (seconds: number) => failure(new Date(at.getTime() + seconds * 1000).toISOString());

    expect(healthAfter(failing, later(5 * day - 1))).toBe(failing);
    expect(healthAfter(failing, later(5 * day))).toMatchObject({ status: 'paused', pausedBecause: 'failing' });
    expect(healthAfter(failing, anAttempt())).toMatchObject({ status: 'active', failingSince: null });
  });

  it('is disabled by 410 at once, and stays as its team set it otherwise', () => {
    const gone = { ...failure(), statusCode: 410 };
    expect(healthAfter(aWebhook(), gone)).toMatchObject({ status: 'disabled', pausedBecause: 'gone' });
    const paused = aWebhook({ status: 'paused', pausedBecause: 'requested' });
    expect(healthAfter(paused, gone)).toBe(paused);
    const healthy = aWebhook();
    expect(healthAfter(healthy, anAttempt())).toBe(healthy);
  });
});
