/** The receiver of docs/events.md verifies what Latchkey sends, and nothing else. */
import { expect, it } from '@jest/globals';
import type { Entry } from '#lib/model/entry.ts';
import { newWebhookSecret, signedHeaders } from '#lib/model/webhook.ts';
import { bodyOf, type Delivery } from '#lib/model/webhook-delivery.ts';
import { readEvent } from '../../../examples/webhook-receiver/read-event.ts';

const entry: Entry = {
  ...{ id: 'entry_01j00000000000000000000001', teamId: 'team_1', seq: 7, at: '2026-11-24T11:00:00.000Z' },
  ...{ type: 'KeyForgotten', actor: { kind: 'token', id: 'tok_1' }, subject: { keyId: 'key_1' } },
  ...{ data: { arn: 'arn:aws:kms:us-east-1:111122223333:key/1' }, previousHash: '', hash: '' },
};
const delivery = { eventId: entry.id, eventType: entry.type } as Delivery;

it('reads an event with its place and its subject', () => {
  const [secret, body] = [newWebhookSecret(), bodyOf(delivery, entry)];

  const event = readEvent(secret, signedHeaders({ id: entry.id, at: new Date(), body }, [secret]), body);

  expect(event).toMatchObject({ id: entry.id, type: 'KeyForgotten', data: { seq: 7, subject: { keyId: 'key_1' } } });
});

it('throws for another sender, another body and an old delivery', () => {
  const [secret, body] = [newWebhookSecret(), bodyOf(delivery, entry)];
  const signed = (at: Date, by = secret) => signedHeaders({ id: entry.id, at, body }, [by]);
  const minutesAgo = new Date(Date.now() - 6 * 60_000);

  expect(() => readEvent(secret, signed(new Date(), newWebhookSecret()), body)).toThrow();
  expect(() => readEvent(secret, signed(new Date()), `${body} `)).toThrow();
  expect(() => readEvent(secret, signed(minutesAgo), body)).toThrow();
});
