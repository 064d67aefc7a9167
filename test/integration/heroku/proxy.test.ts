/** The forwarder from a local port to a deployed API. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createForwarder } from '../../../scripts/heroku-proxy/forward.ts';

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const listening = async (server: Server): Promise<Server> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

interface Heard extends Pick<IncomingMessage, 'method' | 'url' | 'headers'> {
  readonly body: string;
}

let api: Server;
let forwarder: Server;
const heard: Heard[] = [];

beforeAll(async () => {
  api = await listening(
    createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      heard.push({ method: request.method, url: request.url, headers: request.headers, body });
      response.writeHead(422, { 'content-type': 'application/json', 'x-heroku-warning': 'careful' });
      response.end('{"id":"invalid_request","message":"No."}');
    }),
  );
  forwarder = await listening(createForwarder(new URL(urlOf(api))));
});
afterEach(() => {
  heard.length = 0;
});
afterAll(() => {
  for (const server of [api, forwarder]) {
    server.closeAllConnections();
    server.close();
  }
});

describe('the forwarder', () => {
  it('hands on method, path, query, token and body, under the API’s own name', async () => {
    await fetch(`${urlOf(forwarder)}/apps/a/addons?x=1`, {
      method: 'POST',
      headers: { authorization: 'Bearer secret', 'content-type': 'application/json' },
      body: '{"plan":{}}',
    });

    expect(heard).toMatchObject([{ method: 'POST', url: '/apps/a/addons?x=1', body: '{"plan":{}}' }]);
    expect(heard[0]?.headers).toMatchObject({ authorization: 'Bearer secret', host: new URL(urlOf(api)).host });
  });

  it('hands back status, headers and body', async () => {
    const result = await fetch(`${urlOf(forwarder)}/apps`);

    expect([result.status, result.headers.get('x-heroku-warning'), await result.json()]).toEqual([
      422,
      'careful',
      { id: 'invalid_request', message: 'No.' },
    ]);
  });

  it('reports in the API’s format that no server responds', async () => {
    const gone = await listening(createServer());
    const target = new URL(urlOf(gone));
    gone.close();
    const lonely = await listening(createForwarder(target));
    try {
      const result = await fetch(`${urlOf(lonely)}/apps`);
      const body = (await result.json()) as { id: string; message: string };
      expect([result.status, body.id]).toEqual([502, 'bad_gateway']);
      expect(body.message).toContain(`${target.origin} cannot be reached`);
    } finally {
      lonely.closeAllConnections();
      lonely.close();
    }
  });
});
