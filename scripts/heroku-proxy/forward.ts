/** Forwards a local port to an API: requests and responses unchanged, in both directions. */
import {
  type ClientRequest,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { request as requestByTls } from 'node:https';
import { pipeline } from 'node:stream';

/** Hop-by-hop headers (RFC 9110, section 7.6.1). */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
const withinMs = 35_000;

/** The server listens on loopback only: a local process that reaches it calls the API with its own token. */
export const createForwarder = (target: URL): Server =>
  createServer((incoming, outgoing) => forward(target, incoming, outgoing));

function forward(target: URL, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const onward = openRequest(target, incoming);
  onward.setTimeout(withinMs, () => onward.destroy(new Error(`no answer within ${withinMs / 1000} s`)));
  onward.on('response', (upstream) => {
    outgoing.writeHead(upstream.statusCode ?? 502, withoutHops(upstream.headers));
    pipeline(upstream, outgoing, () => {});
  });
  onward.on('error', (error) => fail(outgoing, `${target.origin} cannot be reached: ${error.message}`));
  pipeline(incoming, onward, () => {});
}

function openRequest(
  { protocol, hostname, port, host }: URL,
  { method, url, headers }: IncomingMessage,
): ClientRequest {
  const options = { hostname, port, method, path: url, headers: { ...withoutHops(headers), host } };
  return protocol === 'https:' ? requestByTls(options) : request(options);
}

const withoutHops = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.includes(name)));

/** The error format of the API, so that the CLI prints the message. */
function fail(outgoing: ServerResponse, message: string): void {
  if (outgoing.headersSent) {
    outgoing.destroy();
    return;
  }
  outgoing.writeHead(502, { 'content-type': 'application/json' });
  outgoing.end(JSON.stringify({ id: 'bad_gateway', message }));
}
