/** A tenant that floods the API and its database, with its valid token and URL. */
import { connect, type Socket } from 'node:net';
import { overHttp } from '#local/test-support/http.ts';
import type { Running } from '../cloud.ts';

export interface Flood {
  /** Ends the flood, and returns the number of requests and the bodies of the responses. */
  end(): Promise<{ readonly requests: number; readonly responses: readonly string[] }>;
}

interface Target {
  readonly cloud: Pick<Running, 'env'>;
  /** Of its database. */
  readonly url: string;
}

const lanes = 6;
const connections = 200;

const lines: readonly [string, object?][] = [
  ['GET /v1/databases'],
  ['GET /v1/timeline?limit=100'],
  ['GET /v1/lockouts'],
  ['POST /v1/databases', { name: 'x'.repeat(5000) }],
  ['POST /v1/databases/hostile/backups', {}],
  ['GET /v1/databases/hostile/credentials'],
  ['PATCH /v1/apps/your-app-name/config-vars', { FLOOD: 'y'.repeat(10_000) }],
];

export function flood({ cloud, url }: Target): Flood {
  let going = true;
  let requests = 0;
  const responses: string[] = [];
  const ask = overHttp(cloud.env.LATCHKEY_URL ?? '');
  const lane = async (from: number) => {
    for (let next = from; going; next += 1) {
      const [line, body] = lines[next % lines.length] ?? ['GET /v1/databases'];
      const response = await ask(line, { token: cloud.env.LATCHKEY_TOKEN ?? '', body }).catch(() => null);
      requests += 1;
      if (response) responses.push(JSON.stringify(response.body));
    }
  };
  const asking = Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)));
  const sockets = socketsTo(url);
  return {
    end: async () => {
      going = false;
      for (const socket of sockets) socket.destroy();
      await asking;
      return { requests, responses };
    },
  };
}

/** Connections that never authenticate and never end, each with half a command. */
function socketsTo(url: string): Socket[] {
  const { hostname, port } = new URL(url);
  return Array.from({ length: connections }, () => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on('error', () => undefined);
    socket.write('*2\r\n$4\r\nECHO\r\n$1000000\r\n');
    return socket;
  });
}
