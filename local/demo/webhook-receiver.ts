/** A receiver of webhooks on this machine, as a customer would write it. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { readEvent, type WebhookEvent } from '../../examples/webhook-receiver/read-event.ts';
import { DemoFailure } from './failure.ts';
import { until } from './until.ts';

export interface Receiver {
  readonly url: string;
  /** The first event, verified. Throws a `DemoFailure` if its signature is not valid. */
  next(secret: string): Promise<WebhookEvent>;
  close(): void;
}

export async function openReceiver(): Promise<Receiver> {
  const received: { readonly headers: IncomingMessage['headers']; readonly body: string }[] = [];
  const server = createServer(async (request, response) => {
    received.push({ headers: request.headers, body: await text(request) });
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/latchkey`,
    next: async (secret) => {
      const { headers, body } = await until('a webhook', async () => received[0] ?? null);
      try {
        return readEvent(secret, headers as Record<string, string>, body);
      } catch {
        throw new DemoFailure('The signature of the webhook is not valid.');
      }
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
