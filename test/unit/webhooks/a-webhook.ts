/** A sample webhook, delivery and attempt. */
import type { Entry } from '#lib/model/entry.ts';
import type { Webhook } from '#lib/model/webhook.ts';
import { type Attempt, type Delivery, deliveryOf } from '#lib/model/webhook-delivery.ts';
import { at, teamId, tokenActor } from '#test/support/build.ts';

export const aWebhook = (changes: Partial<Webhook> = {}): Webhook => ({
  id: 'wh_01j00000000000000000000001',
  teamId,
  url: 'https://hooks.example.com/latchkey',
  description: '',
  types: null,
  status: 'active',
  pausedBecause: null,
  sealedSecret: 'c2VhbGVk',
  previous: null,
  afterSeq: 0,
  failingSince: null,
  createdAt: at.toISOString(),
  version: 1,
  ...changes,
});

export const anEntry = (changes: Partial<Entry> = {}): Entry => ({
  ...{ id: 'entry_01j00000000000000000000001', teamId, seq: 1, at: at.toISOString(), type: 'SpaceCreated' },
  ...{ actor: tokenActor, subject: {}, data: { name: 'a', tier: 'private' }, previousHash: '0'.repeat(64), hash: '' },
  ...changes,
});

export const aDelivery = (): Delivery => deliveryOf(aWebhook(), anEntry(), at);

export const anAttempt = (changes: Partial<Attempt> = {}): Attempt => ({
  at: at.toISOString(),
  durationMs: 0,
  statusCode: 204,
  error: null,
  ...changes,
});
