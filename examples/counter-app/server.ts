/**
 * A small web app that counts its visits in Redis. It reads the database's address from `REDIS_URL` only, so it
 * continues to count after a promotion. GET / returns `{"visits": n}`; GET /health returns Redis's response to PING.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { env } from 'node:process';
import { Redis } from 'ioredis';

const port = Number(env.PORT ?? 3000);
if (!env.REDIS_URL) throw new Error('Set REDIS_URL to the URL of a Redis.');

/** A request waits for two seconds at most, so that a visitor gets an error soon when Redis is unavailable. */
const redis = new Redis(env.REDIS_URL, {
  commandTimeout: 2000,
  maxRetriesPerRequest: 1,
  retryStrategy: (times) => Math.min(times * 100, 1000),
});
redis.on('error', (error) => console.error(`Redis: ${error.message}`));

async function contentOf({ method, url }: IncomingMessage): Promise<object | null> {
  if (method !== 'GET') return null;
  if (url === '/health') return { redis: await redis.ping() };
  return url === '/' ? { visits: await redis.incr('visits') } : null;
}

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const body = await contentOf(request);
    response
      .writeHead(body ? 200 : 404, { 'content-type': 'application/json' })
      .end(JSON.stringify(body ?? { error: 'not found' }));
  } catch {
    response
      .writeHead(503, { 'content-type': 'application/json', 'retry-after': '1' })
      .end(JSON.stringify({ error: 'Redis is unavailable' }));
  }
}

const server = createServer((request, response) => void respond(request, response));
server.listen(port, '127.0.0.1', () => console.log(`Counting on http://127.0.0.1:${port}`));

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    redis.disconnect();
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
