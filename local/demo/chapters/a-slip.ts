/** The key is disabled by mistake and enabled again in time. */

import { envelope } from '../inbox.ts';
import { lockoutIn } from '../lockouts.ts';
import { connectApp } from '../redis.ts';
import { check } from '../stage.ts';
import type { Play } from '../world.ts';
import type { DemoDatabase } from './the-database.ts';

export async function aSlip({ stage, world }: Play, { keyArn, url }: DemoDatabase): Promise<void> {
  stage.chapter(
    'A slip',
    'Somebody disables the key by mistake. Latchkey touches nothing for ten minutes, and warns. Enabling the key in time undoes it all.',
  );
  const redis = await connectApp(url);
  try {
    const before = await redis.runId();
    await stage.do(world.keys.disable(keyArn));
    await stage.see('a mail that warns', world.inbox.next(), envelope);
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
  }
}
