/**
 * An HTTP server on loopback for the emulators: it names a taken port, reads bodies up to a limit, responds without
 * delay on keep-alive connections, and closes without waiting for idle clients.
 * Does not: support TLS, HTTP/2 or other interfaces than loopback.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** A stream comes with its `content-length` among the headers. */
  readonly body: string | Uint8Array | Readable;
}

export interface Listener {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';

  constructor(port: number, purpose: string) {
    super(
      `Port ${port} is taken, and ${purpose} needs it. ` +
        `\`lsof -i :${port}\` (or \`ss -ltnp\`) names the program that holds it.`,
    );
  }
}

export interface ListenerOptions {
  /** 0 takes a free port. */
  readonly port: number;
  /** For error messages, such as "the API". */
  readonly purpose: string;
  handle(request: IncomingMessage): Promise<HttpResponse>;
}

const host = '127.0.0.1';
/** Closes the connection of a client that has not sent a whole request by then. */
const requestTimeoutMs = 60_000;
const maximumHeaderBytes = 32 * 1024;
/** How long requests in flight may take to finish when the server closes. */
const graceMs = 2_000;

/** Throws `PortTakenError`. */
export async function listen({ port, purpose, handle }: ListenerOptions): Promise<Listener> {
  const inFlight = new Set<ServerResponse>();
  const server = createServer(
    { noDelay: true, keepAlive: true, requestTimeout: requestTimeoutMs, maxHeaderSize: maximumHeaderBytes },
    (request, response) => {
      inFlight.add(response);
      response.once('close', () => inFlight.delete(response));
      handle(request).then(
        (result) => send(request, response, result),
        () => response.destroy(),
      );
    },
  );
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortTakenError(port, purpose) : error),
    );
    server.listen(port, host, resolve);
  });
  const actualPort = (server.address() as AddressInfo).port;
  let closing: Promise<void> | undefined;
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    const allResponded = Promise.all([...inFlight].map((response) => once(response, 'close')));
    const grace = new AbortController();
    await Promise.race([allResponded, setTimeout(graceMs, undefined, { signal: grace.signal }).catch(() => {})]);
    grace.abort();
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://${host}:${actualPort}`,
    port: actualPort,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: HttpResponse): void {
  if (body instanceof Readable) {
    response.writeHead(status, { ...headers } as Record<string, string | string[]>);
    // A stream that fails ends the connection: the client sees that bytes are missing.
    pipeline(body, response).catch(() => response.destroy());
    return;
  }
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  if (!request.complete) response.shouldKeepAlive = false;
  response.writeHead(status, { 'content-length': bytes.byteLength, ...headers } as Record<
    string,
    string | string[] | number
  >);
  response.end(request.method === 'HEAD' ? undefined : bytes);
  // The rest of a refused body is read and discarded, so that the client reads the response.
  if (!request.complete) request.resume();
}

/** Resolves to `null` as soon as the body exceeds `limit` bytes. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | null> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return null;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > limit) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
