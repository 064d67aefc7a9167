/** A receiver of webhooks on loopback, which verifies each delivery with the reference library of Standard Webhooks. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook as Verifier } from 'standardwebhooks';

export interface Received {
  readonly id: string;
  readonly signatures: readonly string[];
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  /** The body, verified by the secret that the receiver has at that time; null if the signature is not valid. */
  readonly event: { readonly id: string; readonly type: string; readonly data: Record<string, unknown> } | null;
}

export type Respond = (response: http.ServerResponse, received: Received, count: number) => void;

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** The secret that verifies; set it once the webhook is created. */
  secret: string;
  /** How the receiver responds; 204 unless set. */
  respond: Respond;
  close(): Promise<void>;
}

export const status =
  (code: number, headers: http.OutgoingHttpHeaders = {}): Respond =>
  (response) => {
    response.writeHead(code, headers).end();
  };

export async function aReceiver(): Promise<Receiver> {
  const server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const received = readDelivery(receiver.secret, request.headers, body);
      receiver.received.push(received);
      receiver.respond(response, received, receiver.received.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    received: [],
    secret: '',
    respond: status(204),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}

function readDelivery(secret: string, headers: http.IncomingHttpHeaders, body: string): Received {
  const id = String(headers['webhook-id']);
  const signatures = String(headers['webhook-signature']).split(' ');
  return { id, signatures, headers, body, event: verified(secret, headers, body) };
}

/** Null if the signature is not valid. */
export function verified(secret: string, headers: http.IncomingHttpHeaders, body: string): Received['event'] {
  try {
    return new Verifier(secret).verify(body, headers as Record<string, string>) as Received['event'];
  } catch {
    return null;
  }
}
