/**
 * `npm run heroku-proxy -- URL`: the Heroku CLI connects only to Heroku's own hosts and to this machine, so this
 * program forwards a local port to a deployed Latchkey, until Ctrl-C.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { createForwarder } from './heroku-proxy/forward.ts';

const usage = `Usage: npm run heroku-proxy -- URL [--port PORT]

URL is the deployed API, as in https://abc123.execute-api.us-east-1.amazonaws.com; without a port a free one is taken.`;

function targetIn(text: string | undefined): URL {
  const url = text && URL.canParse(text) ? new URL(text) : null;
  if (url && ['http:', 'https:'].includes(url.protocol) && url.pathname === '/') return url;
  throw new Error(
    text ? `${text} is not the URL of an API: give its scheme and host, without a path.\n\n${usage}` : usage,
  );
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { port: { type: 'string', default: '0' } },
  });
  const target = targetIn(positionals[0]);
  const server = createForwarder(target);
  server.listen({ port: Number(values.port), host: '127.0.0.1' });
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  console.log(`The Heroku CLI reaches ${target.origin} at ${url}, until Ctrl-C. In another terminal:

  export HEROKU_HOST=${url} HEROKU_DATA_HOST=127.0.0.1 HEROKU_PARTICLEBOARD_URL=${url}
  export HEROKU_API_KEY=…        # a team token
  export DISABLE_TELEMETRY=true HEROKU_SKIP_NEW_VERSION_CHECK=1
  heroku auth:whoami`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
