/**
 * Deliveries are signed as Standard Webhooks says: its reference library verifies every one, by each secret in force.
 */
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Webhook as Verifier } from 'standardwebhooks';
import { newWebhookSecret, signedHeaders } from '#lib/model/webhook.ts';

const secrets = fc.array(fc.constant(null).map(newWebhookSecret), { minLength: 1, maxLength: 2 });
const events = fc.record({ id: fc.stringMatching(/^entry_[a-z0-9]{26}$/), data: fc.jsonValue() });

it('the reference library verifies each delivery by each of its secrets', () => {
  fc.assert(
    fc.property(secrets, events, (each, event) => {
      const body = JSON.stringify(event);
      const headers = signedHeaders({ id: event.id, at: new Date(), body }, each);
      for (const secret of each) expect(JSON.stringify(new Verifier(secret).verify(body, headers))).toBe(body);
      expect(headers['webhook-signature']?.split(' ')).toHaveLength(each.length);
    }),
  );
});

it('nothing of a delivery can be changed, and no other secret verifies it', () => {
  const secret = newWebhookSecret();
  const [body, at] = ['{"type":"KeyDegraded"}', new Date()];
  const headers = signedHeaders({ id: 'entry_1', at, body }, [secret]);
  const verify =
    (changed: Record<string, string>, text = body, by = secret) =>
    () =>
      new Verifier(by).verify(text, { ...headers, ...changed });

  expect(verify({})).not.toThrow();
  expect(verify({}, `${body} `)).toThrow();
  expect(verify({ 'webhook-id': 'entry_2' })).toThrow();
  expect(verify({ 'webhook-timestamp': String(Math.floor(at.getTime() / 1000) + 1) })).toThrow();
  expect(verify({}, body, newWebhookSecret())).toThrow();
});

it('a receiver refuses a delivery that is replayed after minutes', () => {
  const secret = newWebhookSecret();
  const headers = signedHeaders({ id: 'entry_1', at: new Date(Date.now() - 6 * 60_000), body: '{}' }, [secret]);
  expect(() => new Verifier(secret).verify('{}', headers)).toThrow('too old');
});
