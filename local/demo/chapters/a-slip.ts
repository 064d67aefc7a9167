/** The key is disabled by mistake and enabled again in time. */

import { CreateWebhook } from '#lib/contracts/webhooks.ts';
import type { WebhookEvent } from '../../../examples/webhook-receiver/read-event.ts';
import { envelope } from '../inbox.ts';
import { lockoutIn } from '../lockouts.ts';
import { connectApp } from '../redis.ts';
import { check } from '../stage.ts';
import { openReceiver } from '../webhook-receiver.ts';
import type { Play } from '../world.ts';
import type { DemoDatabase } from './the-database.ts';

export async function aSlip({ stage, world }: Play, { keyArn, url }: DemoDatabase): Promise<void> {
  stage.chapter(
    'A slip',
    'An engineer disables the key by mistake. Latchkey sends a warning and stops nothing for ten minutes. If the ' +
      'key is enabled in time, nothing happens.',
  );
  const redis = await connectApp(url);
  const receiver = await openReceiver();
  try {
    const before = await redis.runId();
    const body = { url: receiver.url, types: ['LockoutOpened'] };
    const shown = '{ url, types: [LockoutOpened] }';
    const { id, secret } = await stage.do(
      world.adminApi.post('/v1/webhooks', { body, shown, responseSchema: CreateWebhook.response }),
    );
    await stage.do(world.keys.disable(keyArn));
    await stage.see('a mail that warns', world.inbox.next(), envelope);
    await stage.see('a webhook', receiver.next(secret), webhookSeen);
    await world.adminApi.send('DELETE', `/v1/webhooks/${id}`);
    await stage.do(world.keys.enable(keyArn));
    await stage.see('a mail that says all is well', world.inbox.next(), envelope);
    await stage.prove('Nothing was stopped', async () => {
      const lockout = await lockoutIn(world, 'cancelled');
      check(
        lockout.steps.length === 2,
        `The lockout went through ${lockout.steps.map(({ state }) => state).join(', ')}.`,
      );
      check((await redis.runId()) === before, 'Another Redis process answers.');
      return 'The same Redis process answers, on the same connection.';
    });
  } finally {
    redis.close();
    receiver.close();
  }
}

const webhookSeen = ({ type, id }: WebhookEvent): string => `Webhook: ${type}\n${id}, its signature verified`;
