/**
 * A tenant with a valid token that tries to use webhooks to reach what it cannot reach itself: the cloud's own
 * endpoints, the machine's other services, and the metadata service. The cloud is set as a deployment is.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { webhookSaved } from '#lib/model/items/webhooks.ts';
import { commit } from '#lib/store/commit.ts';
import { webhookStore } from '#lib/store/webhooks.ts';
import { aPlatform, type Platform, pagesOf } from '#test/support/cloud.ts';
import { until } from '#test/support/when.ts';

let platform: Platform;
let service: http.Server;
let connections = 0;
beforeAll(async () => {
  platform = await aPlatform({ settings: { WEBHOOK_LOOPBACK: 'refuse' } });
  service = http.createServer((_request, response) => response.end('internal'));
  service.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  service.close();
  await platform?.close();
});

const admin = () => ({ token: platform.tokens.adminToken });
const portOf = (url: string): string => new URL(url).port;

/** The machine's own service and the cloud's endpoints, in each spelling. */
function targets(): string[] {
  const { api, aws, inbox } = platform.cloud.urls;
  const ports = [String((service.address() as AddressInfo).port), ...[api, aws, inbox].map(portOf)];
  const hosts = ['127.0.0.1', '127.1', '2130706433', '0x7f.1', '0.0.0.0', 'localhost', '[::1]', '[::ffff:127.0.0.1]'];
  const local = ports.flatMap((port) =>
    hosts.flatMap((host) => [`http://${host}:${port}/`, `https://${host}:${port}/`, `https://${host}/`]),
  );
  return [...local, 'http://169.254.169.254/latest/meta-data/', 'https://169.254.169.254/', 'https://[fd00:ec2::254]/'];
}

describe('a webhook', () => {
  it('is neither created with nor changed to a URL of the cloud itself', async () => {
    const made = await platform.ask('POST /v1/webhooks', { ...admin(), body: { url: 'https://hooks.invalid/' } });
    for (const url of targets()) {
      const created = await platform.ask('POST /v1/webhooks', { ...admin(), body: { url } });
      const changed = await platform.ask(`PATCH /v1/webhooks/${made.body.id}`, { ...admin(), body: { url } });
      expect([url, created.status, changed.status]).toEqual([url, 400, 400]);
      expect(created.body.errors).toEqual([{ pointer: '/url', detail: created.body.detail }]);
    }
    expect(connections).toBe(0);
  });

  it('that has such a URL from a time with other rules sends nothing', async () => {
    const made = await platform.ask('POST /v1/webhooks', { ...admin(), body: { url: 'https://hooks.invalid/' } });
    const id = String(made.body.id);
    for (const url of [`http://127.0.0.1:${(service.address() as AddressInfo).port}/`, platform.cloud.urls.aws]) {
      const stored = await webhookStore().webhookById(platform.teamId, id);
      if (!stored) throw new Error('There is no webhook');
      await commit({
        teamId: platform.teamId,
        at: new Date(),
        changes: [webhookSaved({ ...stored, url })],
        entries: [],
      });

      const ping = await platform.ask(`POST /v1/webhooks/${id}/pings`);

      const ended = await until('the ping to end', async () => {
        const deliveries = await pagesOf<{ id: string; status: string; attempts: unknown[] }>(
          platform.ask,
          `/v1/webhooks/${id}/deliveries`,
        );
        return deliveries.find((each) => each.id === ping.body.id && each.status !== 'pending');
      });
      expect(ended).toMatchObject({ status: 'failed', attempts: [{ statusCode: null, error: 'url_refused' }] });
    }
    expect(connections).toBe(0);
  });
});
