/**
 * Requests to URLs of customers, with real listeners: only addresses that were checked are connected to, and no
 * receiver holds the sender for longer than its time, or hands it more than its share.
 */
import { generateKeyPairSync } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createAuthority, issueServerCertificate } from '#lib/certificates/certificate.ts';
import { type PostOptions, webhookSender } from '#lib/http/post.ts';
import { until } from '#test/support/when.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const loopback = { isLoopbackAllowed: true };
const limits = { totalMs: 400, bodyMs: 100, bodyBytes: 65_536 };

async function post(url: string, options: Partial<PostOptions> = {}) {
  const sender = webhookSender({ resolve: async () => ['127.0.0.1'], rules: () => loopback, limits, ...options });
  const { attempt, retryAfter } = await sender.postWebhook({
    url,
    headers: { 'webhook-id': 'entry_1' },
    body: '{"a":1}',
  });
  return { ...attempt, retryAfter };
}

interface Listening {
  readonly url: string;
  readonly port: number;
  readonly requests: http.IncomingMessage[];
  /** Connections, whether a request came or not. */
  readonly sockets: net.Socket[];
}

async function listening(server: net.Server, { host = '127.0.0.1', scheme = 'http' } = {}): Promise<Listening> {
  const sockets: net.Socket[] = [];
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(resolve);
      }),
  );
  const { port } = server.address() as AddressInfo;
  return { url: `${scheme}://${host}:${port}/hook`, port, requests: [], sockets };
}

async function aListener(respond: http.RequestListener, host?: string): Promise<Listening> {
  const requests: http.IncomingMessage[] = [];
  const server = http.createServer((request, response) => {
    requests.push(request);
    respond(request, response);
  });
  return { ...(await listening(server, host ? { host } : {})), requests };
}

const ok: http.RequestListener = (_request, response) => response.writeHead(200).end('thanks');

describe('a connection goes to an address that was checked', () => {
  it('when a name rebinds: it is resolved once, and the next attempt is refused', async () => {
    const listener = await aListener(ok);
    const responses = [['127.0.0.1'], ['169.254.169.254'], ['127.0.0.1']];
    let lookups = 0;
    const resolve = async () => responses[lookups++] ?? [];

    const first = await post(`http://localhost:${listener.port}/hook`, { resolve });
    const second = await post(`http://localhost:${listener.port}/hook`, { resolve });

    expect(first).toMatchObject({ statusCode: 200, error: null });
    expect(second).toMatchObject({ statusCode: null, error: 'address_refused' });
    expect([lookups, listener.requests.length]).toEqual([2, 1]);
    expect(listener.requests[0]?.headers.host).toBe(`localhost:${listener.port}`);
  });

  it('and not to what the machine resolves the name to', async () => {
    const listener = await aListener(ok, '127.0.0.2');

    const result = await post(`http://localhost:${listener.port}/hook`, { resolve: async () => ['127.0.0.2'] });

    expect(result).toMatchObject({ statusCode: 200, error: null });
  });

  it.each([
    [['127.0.0.1', '10.0.0.1']],
    [['127.0.0.1', '::ffff:127.0.0.1']],
    [['fd00:ec2::254']],
    [['100.64.0.1']],
    [['0.0.0.0']],
    [['not an address']],
  ])('so a name with the addresses %j is refused as a whole', async (addresses) => {
    const listener = await aListener(ok);

    const result = await post(`http://localhost:${listener.port}/hook`, { resolve: async () => addresses });

    expect(result).toMatchObject({ statusCode: null, error: 'address_refused' });
    expect(listener.sockets).toHaveLength(0);
  });

  it('and loopback is refused without the setting, by name and by address', async () => {
    const rules = () => ({ isLoopbackAllowed: false });
    const listener = await aListener(ok);

    expect(await post(listener.url, { rules })).toMatchObject({ error: 'url_refused' });
    expect(await post('https://hooks.example.com/', { rules })).toMatchObject({ error: 'address_refused' });
    expect(listener.sockets).toHaveLength(0);
  });

  it('and a name without an address, or whose servers do not respond, is an error of its own', async () => {
    const rejects = async () => Promise.reject(new Error('ENOTFOUND'));
    expect(await post('http://localhost:9/', { resolve: rejects })).toMatchObject({ error: 'name_unresolved' });
    const hangs = () => new Promise<string[]>(() => undefined);
    expect(await post('http://localhost:9/', { resolve: hangs })).toMatchObject({ error: 'timed_out' });
  });

  it('and no proxy of the environment is used', async () => {
    const [listener, proxy] = [await aListener(ok), await aListener(ok)];
    const url = `http://127.0.0.1:${proxy.port}`;
    const before = { ...process.env };
    closers.push(async () => {
      process.env = before;
    });
    const proxies = { HTTP_PROXY: url, http_proxy: url, HTTPS_PROXY: url, ALL_PROXY: url };
    process.env = { ...before, ...proxies, NODE_USE_ENV_PROXY: '1' };

    await post(listener.url);

    expect([listener.requests.length, proxy.sockets.length]).toEqual([1, 0]);
  });
});

describe('a response is an outcome, and nothing else', () => {
  it.each([301, 302, 303, 307, 308])('%i is not followed to the metadata service', async (status) => {
    const elsewhere = await aListener(ok);
    const listener = await aListener((_request, response) => {
      response.writeHead(status, {
        location: status === 307 ? elsewhere.url : 'http://169.254.169.254/latest/meta-data/',
      });
      response.end();
    });

    expect(await post(listener.url)).toMatchObject({ statusCode: status, error: 'redirected' });
    expect(elsewhere.sockets).toHaveLength(0);
  });

  it.each([
    { statusCode: 200, headers: {}, error: null, retryAfter: null },
    { statusCode: 204, headers: {}, error: null, retryAfter: null },
    { statusCode: 410, headers: {}, error: 'http_status', retryAfter: null },
    { statusCode: 429, headers: { 'retry-after': '120' }, error: 'http_status', retryAfter: 120 },
    { statusCode: 503, headers: { 'retry-after': 'soon' }, error: 'http_status', retryAfter: null },
  ])('$statusCode with $headers', async ({ headers, ...outcome }) => {
    const listener = await aListener((_request, response) => {
      response.writeHead(outcome.statusCode, headers).end();
    });
    expect(await post(listener.url)).toMatchObject(outcome);
  });

  it('the request is a POST of the body, as JSON', async () => {
    let body = '';
    const listener = await aListener((request, response) => {
      request.on('data', (chunk) => {
        body += String(chunk);
      });
      request.on('end', () => void response.writeHead(204).end());
    });
    await post(`${listener.url}?team=1`);
    const [request] = listener.requests;
    expect([request?.method, request?.url, body]).toEqual(['POST', '/hook?team=1', '{"a":1}']);
    expect(request?.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': 'entry_1' });
  });

  it('what is no HTTP is an invalid response', async () => {
    const listener = await listening(net.createServer((socket) => socket.end('hello\r\n\r\n')));
    expect(await post(listener.url)).toMatchObject({ statusCode: null, error: 'response_invalid' });
  });

  it('a port that nothing listens on is a failed connection', async () => {
    const listener = await listening(net.createServer());
    await closers.pop()?.();
    expect(await post(listener.url)).toMatchObject({ statusCode: null, error: 'connection_failed' });
  });
});

describe('a receiver takes no more time or memory than its share', () => {
  it('when it never responds', async () => {
    const listener = await aListener(() => undefined);
    const { error, durationMs } = await post(listener.url);
    expect(error).toBe('timed_out');
    expect(durationMs).toBeLessThan(5000);
  });

  it('when it sends its headers byte by byte', async () => {
    const listener = await listening(
      net.createServer((socket) => {
        socket.write('HTTP/1.1 200 OK\r\nx: ');
        const timer = setInterval(() => socket.write('a'), 20);
        socket.on('close', () => clearInterval(timer));
      }),
    );
    expect(await post(listener.url)).toMatchObject({ error: 'timed_out' });
    await until('the connection to be closed', () => listener.sockets.every((socket) => socket.destroyed));
  });

  it('when its body never ends', async () => {
    const listener = await aListener((_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('a'), 20);
      response.on('close', () => clearInterval(timer));
    });
    expect(await post(listener.url)).toMatchObject({ statusCode: 200, error: null });
    await until('the connection to be closed', () => listener.sockets.every((socket) => socket.destroyed));
  });

  it('when its body is huge', async () => {
    const listener = await aListener((_request, response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(1024 * 1024);
      const send = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', send);
      send();
    });
    expect(await post(listener.url, { limits: { ...limits, bodyMs: 60_000 } })).toMatchObject({ statusCode: 200 });
    await until('the connection to be closed', () => listener.sockets.every((socket) => socket.destroyed));
    expect(listener.sockets[0]?.bytesWritten).toBeLessThan(64 * 1024 * 1024);
  });

  it('when its headers are huge', async () => {
    const listener = await aListener((_request, response) => {
      response.writeHead(200, { 'x-long': 'a'.repeat(20_000) }).end();
    });
    expect(await post(listener.url)).toMatchObject({ statusCode: null, error: 'response_invalid' });
  });
});

describe('TLS is verified', () => {
  const now = new Date();
  const authority = createAuthority('Receivers', now);
  const stranger = createAuthority('Receivers', now);

  async function aTlsListener(hosts: string[], addresses: string[], by = authority) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const until = new Date(now.getTime() + 86_400_000);
    const cert = issueServerCertificate(by, { publicKey, hosts, addresses, until }, now);
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
    const names: unknown[] = [];
    const server = https.createServer(
      { key, cert, SNICallback: (name, done) => done(null, void names.push(name) as never) },
      ok,
    );
    server.on('tlsClientError', () => undefined);
    return { ...(await listening(server, { scheme: 'https' })), names };
  }
  const trusting = { ca: authority.certificate };

  it('by the name of the URL, which is also sent to the receiver', async () => {
    const listener = await aTlsListener(['localhost'], []);
    const result = await post(`https://localhost:${listener.port}/`, trusting);
    expect(result).toMatchObject({ statusCode: 200, error: null });
    expect(listener.names).toEqual(['localhost']);
  });

  it('by the address of a URL without a name', async () => {
    const listener = await aTlsListener([], ['127.0.0.1']);
    expect(await post(listener.url, trusting)).toMatchObject({ statusCode: 200, error: null });
  });

  it.each([
    { what: 'for another name', hosts: ['hooks.example.com'], addresses: [], by: authority },
    { what: 'for the address, but not the name', hosts: [], addresses: ['127.0.0.1'], by: authority },
    { what: 'of an unknown authority', hosts: ['localhost'], addresses: [], by: stranger },
  ])('so a certificate $what is refused', async ({ hosts, addresses, by }) => {
    const listener = await aTlsListener(hosts, addresses, by);
    const result = await post(`https://localhost:${listener.port}/`, trusting);
    expect(result).toMatchObject({ statusCode: null, error: 'tls_failed' });
  });

  it('so plain HTTP behind https:// is refused', async () => {
    const listener = await aListener(ok);
    const result = await post(`https://localhost:${listener.port}/`, trusting);
    expect(result).toMatchObject({ statusCode: null, error: 'tls_failed' });
    expect(listener.requests).toHaveLength(0);
  });
});
