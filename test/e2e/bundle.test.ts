/** The bundle that `make start` runs, built by `scripts/bundle-cloud.ts`; the other tests run the sources. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  aKey,
  create,
  databases,
  disable,
  enable,
  inStatus,
  lockoutIn,
  read,
  request,
} from '#local/test-support/customer.ts';
import { until } from '#local/test-support/until.ts';
import { aHome } from './cloud.ts';
import { digestOf, fill } from './redis-data.ts';

const root = resolve(import.meta.dirname, '..', '..');
const home = aHome({ program: resolve(root, 'node_modules/.cache/latchkey/cloud/local/main.js') });
beforeAll(() => void execFileSync(process.execPath, ['scripts/bundle-cloud.ts'], { cwd: root }));
afterEach(() => home.halt());
afterAll(() => home.end());

describe('the bundle of the local cloud', () => {
  it('takes a database through a backup, a lockout and a restart, and has the mails of it', async () => {
    const cloud = await home.start();
    const keyArn = await aKey(cloud);
    await databases(cloud, keyArn, [{ name: 'orders', app: 'your-app-name' }]);
    const digest = await fill(cloud, 'orders', 100_000);
    const { id } = await create<{ id: string }>(cloud, '/v1/databases/orders/backups', {});
    await until('a backup', async () => {
      const { status } = await read<{ status: string }>(cloud, `/v1/databases/orders/backups/${id}`);
      return status === 'available';
    });

    await disable(cloud, keyArn);
    await lockoutIn(cloud, 'stopped');
    await enable(cloud, keyArn);
    await inStatus(cloud, 'orders', 'available');
    expect(await digestOf(cloud, 'orders')).toBe(digest);
    const { emails } = (await (await fetch(`${cloud.inboxUrl}/store`)).json()) as {
      emails: { subject: string; messageId: string }[];
    };
    expect(emails.length).toBeGreaterThan(1);
    const mail = await fetch(
      `${cloud.inboxUrl}/get-emlContent?messageId=${encodeURIComponent(emails[0]?.messageId ?? '')}`,
    );
    expect(mail.status).toBe(200);
    expect(await (await fetch(cloud.inboxUrl)).text()).toContain('<html');

    await cloud.interrupt();
    const again = await home.start();
    await until('back', async () => again.output().includes('1 of 1 databases are back.'), { seen: again.output });
    expect(await digestOf(again, 'orders')).toBe(digest);
    const keys = await read<{ items: { id: string }[] }>(again, '/v1/keys');
    expect((await request(again, `GET /v1/keys/${keys.items[0]?.id}/evidence`)).status).toBe(200);
  });
});
