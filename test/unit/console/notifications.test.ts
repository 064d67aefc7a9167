/** What the console says of contacts, webhooks and their deliveries. */
import { describe, expect, it } from '@jest/globals';
import { contactLine } from '#console/view-models/contacts.ts';
import { deliveryLine, isDelivering, webhookName, webhookState } from '#console/view-models/webhooks.ts';
import { aContact, aDelivery, aWebhook } from './things.ts';

describe('a contact', () => {
  it.each([
    ['confirmed', 'green', {}],
    ['confirmed', 'green', { confirmedAt: null }],
    ['pending', 'amber', { isConfirmed: false, confirmedAt: null }],
    ['bounced', 'red', { isConfirmed: false, bouncedAt: '2026-11-29T14:00:00.000Z' }],
  ] as const)('is %s, in %s', (state, tone, its) => {
    expect(contactLine(aContact(its))).toMatchObject({ state, tone });
  });

  it('of a mail domain of the team is notified without a confirmation, and the line says why', () => {
    expect(contactLine(aContact({ confirmedAt: null })).detail).toContain("the team's mail domains");
  });
});

describe('a webhook', () => {
  it.each([
    ['active', 'green', {}],
    ['failing', 'amber', { failingSince: '2026-11-29T13:00:00.000Z' }],
    ['paused', 'amber', { status: 'paused', pausedBecause: 'requested' }],
    ['paused', 'red', { status: 'paused', pausedBecause: 'failing' }],
    ['disabled', 'red', { status: 'disabled', pausedBecause: 'gone' }],
  ] as const)('is %s, in %s', (state, tone, its) => {
    expect(webhookState(aWebhook(its))).toMatchObject({ state, tone });
  });

  it('is called by its purpose, else by its host: its path may be a secret', () => {
    expect(webhookName(aWebhook({ description: ' pager ' }))).toBe('pager');
    expect(webhookName(aWebhook())).toBe('hooks.example.com');
  });
});

describe('a delivery', () => {
  const attempt = { at: '2026-11-29T13:00:01.000Z', durationMs: 84, statusCode: 204, error: null };

  it('says what came of its last attempt, and how long that took', () => {
    expect(deliveryLine(aDelivery())).toMatchObject({
      tone: 'green',
      outcome: '1 attempt, the last: status 204 after 84 ms',
    });
    const refused = { ...attempt, durationMs: 10_000, statusCode: null, error: 'address_refused' as const };
    expect(deliveryLine(aDelivery({ status: 'failed', attempts: [attempt, refused] }))).toMatchObject({
      ...{ tone: 'red', outcome: '2 attempts, the last: address refused after 10 s' },
    });
    const failed = { ...attempt, statusCode: 500, error: 'http_status' as const };
    expect(deliveryLine(aDelivery({ attempts: [failed] })).outcome).toBe('1 attempt, the last: status 500 after 84 ms');
  });

  it('that waits for its first attempt is on its way; one that waits for a retry needs a look', () => {
    const pending = { status: 'pending', nextAttemptAt: '2026-11-29T13:01:00.000Z' } as const;

    expect(deliveryLine(aDelivery({ ...pending, attempts: [] }))).toMatchObject({
      tone: 'blue',
      outcome: 'not sent yet',
    });
    expect(deliveryLine(aDelivery(pending)).tone).toBe('amber');
  });

  it('is watched closely only while an attempt is near', () => {
    const now = Date.parse('2026-11-29T13:00:55.000Z');
    const at = (nextAttemptAt: string) => isDelivering([aDelivery({ status: 'pending', nextAttemptAt })], now);

    expect(at('2026-11-29T13:01:00.000Z')).toBe(true);
    expect(at('2026-11-29T19:00:00.000Z')).toBe(false);
    expect(isDelivering([aDelivery()], now)).toBe(false);
  });
});
