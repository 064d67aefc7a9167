/**
 * One POST request to a URL of a customer. It reaches public addresses only: every address of the name is checked, and
 * the connection goes to a checked one, without another resolution. No redirects, no proxy, no kept connection; the
 * response's body is discarded. docs/security.md, "Webhooks".
 */
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { WebhookRequest, WebhookSender } from '#lib/model/ports.ts';
import type { AttemptOutcome, DeliveryError } from '#lib/model/webhook-delivery.ts';
import { isAddressAllowed, type Target, type TargetRules, targetOf } from '#lib/model/webhook-url.ts';
import type { Resolve } from './addresses.ts';
import { failureOf, RequestFailure } from './failure.ts';

export interface PostOptions {
  readonly resolve: Resolve;
  readonly rules: () => TargetRules;
  /** Certificate authorities to trust instead of Node's, in PEM. */
  readonly ca?: string;
  readonly limits?: Limits;
}

interface Limits {
  /** From the resolution of the name to the response's status. */
  readonly totalMs: number;
  /** How long and how far the body is read, so that a receiver that writes one sees no error. */
  readonly bodyMs: number;
  readonly bodyBytes: number;
}

const defaultLimits: Limits = { totalMs: 10_000, bodyMs: 1000, bodyBytes: 65_536 };
const headerBytes = 16_384;

export const webhookSender = (options: PostOptions): WebhookSender => ({
  postWebhook: async (request: WebhookRequest): Promise<AttemptOutcome> => {
    const began = new Date();
    const outcome = await outcomeOf(options, request);
    const durationMs = Date.now() - began.getTime();
    const { statusCode, error, retryAfter } = outcome;
    return { attempt: { at: began.toISOString(), durationMs, statusCode, error }, retryAfter };
  },
});

interface Outcome {
  readonly statusCode: number | null;
  readonly error: DeliveryError | null;
  readonly retryAfter: number | null;
}

async function outcomeOf(options: PostOptions, request: WebhookRequest): Promise<Outcome> {
  const { totalMs } = options.limits ?? defaultLimits;
  const signal = AbortSignal.timeout(totalMs);
  try {
    const target = targetOf(request.url, options.rules());
    if (typeof target === 'string') throw new RequestFailure('url_refused');
    const addresses = await allowedAddresses(options, target, signal);
    const response = await responseTo(options, { target, addresses, request, signal });
    const statusCode = response.statusCode ?? 0;
    discardBody(response, options.limits ?? defaultLimits);
    return { statusCode, error: errorOf(statusCode), retryAfter: secondsOf(response.headers['retry-after']) };
  } catch (error) {
    return { statusCode: null, error: signal.aborted ? 'timed_out' : failureOf(error), retryAfter: null };
  }
}

function errorOf(status: number): DeliveryError | null {
  if (status >= 200 && status < 300) return null;
  return status >= 300 && status < 400 ? 'redirected' : 'http_status';
}

/** One address that is not public refuses the name: its other addresses may only serve to pass the check. */
async function allowedAddresses({ resolve, rules }: PostOptions, { host }: Target, signal: AbortSignal) {
  const found = isIP(host) ? [host] : await withinTime(resolve(host), signal);
  if (!found.every((address) => isIP(address) !== 0 && isAddressAllowed(address, rules())))
    throw new RequestFailure('address_refused');
  return found;
}

function withinTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new RequestFailure('timed_out')), { once: true });
  });
  const resolved = work.catch(() => {
    throw new RequestFailure('name_unresolved');
  });
  return Promise.race([resolved, late]);
}

interface Exchange {
  readonly target: Target;
  readonly addresses: readonly string[];
  readonly request: WebhookRequest;
  readonly signal: AbortSignal;
}

/** The response once its headers are there. */
function responseTo(options: PostOptions, { target, addresses, request, signal }: Exchange) {
  const { url, host } = target;
  const isTls = url.protocol === 'https:';
  const Agent = isTls ? https.Agent : http.Agent;
  const settings: https.RequestOptions = {
    method: 'POST',
    hostname: host,
    port: url.port || (isTls ? 443 : 80),
    path: `${url.pathname}${url.search}`,
    headers: { ...request.headers, ...headersOf(request), host: url.host },
    // An agent of its own keeps no connection and knows no proxy of the environment.
    agent: new Agent({ keepAlive: false }),
    lookup: pinned(addresses),
    maxHeaderSize: headerBytes,
    signal,
    ...(isTls ? { rejectUnauthorized: true, minVersion: 'TLSv1.2', servername: isIP(host) ? '' : host } : {}),
    ...(isTls && options.ca ? { ca: options.ca } : {}),
  };
  return new Promise<http.IncomingMessage>((resolve, reject) => {
    const sent = (isTls ? https : http).request(settings, resolve);
    sent.on('error', reject);
    sent.on('upgrade', (_response, socket) => {
      socket.destroy();
      reject(new RequestFailure('response_invalid'));
    });
    sent.end(request.body);
  });
}

const headersOf = ({ body }: WebhookRequest) => ({
  'content-type': 'application/json',
  'content-length': Buffer.byteLength(body),
  'user-agent': 'Latchkey-Webhooks',
  accept: '*/*',
  connection: 'close',
});

/** A resolution that gives the checked addresses. */
const pinned =
  (addresses: readonly string[]): LookupFunction =>
  (_host, { all }, callback) => {
    const found = addresses.map((address) => ({ address, family: isIP(address) }));
    if (all) return callback(null, found);
    return callback(null, found[0]?.address ?? '', found[0]?.family);
  };

function discardBody(response: http.IncomingMessage, { bodyMs, bodyBytes }: Limits): void {
  let bytes = 0;
  const timer = setTimeout(() => response.destroy(), bodyMs);
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > bodyBytes) response.destroy();
  });
  response.on('error', () => undefined);
  response.on('close', () => clearTimeout(timer));
}

/** Seconds, or a date in HTTP's format. */
function secondsOf(header: string | undefined): number | null {
  if (header === undefined) return null;
  const seconds = /^\d{1,9}$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}
