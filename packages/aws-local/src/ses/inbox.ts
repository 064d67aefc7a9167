/**
 * SES's sending operations, and the inbox: the page and the mail parser of aws-ses-v2-local, over mails on disk. The
 * package is loaded at the first raw mail or the first request of the page.
 * Does not: deliver mail, verify identities (verified identities are options), apply quotas, or support templates or
 * the v2 API.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { defaultRegion } from '../accounts.ts';
import { queryError, queryResponse } from '../endpoint/query-protocol.ts';
import { type HttpResponse, listen, readBody } from '../listener.ts';
import { AwsError } from '../protocol.ts';
import { eventsOf, type SesEvent, sendingOf } from './events.ts';
import { type Mail, type Mailbox, openMailbox } from './mailbox.ts';
import { readMail, type SenderRules } from './send.ts';

export interface InboxOptions extends Pick<SenderRules, 'verified'>, Partial<Pick<SenderRules, 'region'>> {
  readonly dir: string;
  /** The sender's account, for events. */
  readonly account?: string;
  /** Receives bounces and complaints. */
  emit?(event: SesEvent): void;
  /** 0 takes a free port. */
  readonly port: number;
}

export interface Inbox {
  readonly url: string;
  readonly port: number;
  /** Handles a request of SES's query protocol. An accepted mail is on disk before the response. */
  forward(request: {
    body: string | Buffer;
    headers: Record<string, string>;
  }): Promise<{ status: number; headers: Record<string, string>; body: string }>;
  close(): Promise<void>;
}

/** SES v1 takes a message of 10 MB; in base64 and in a form it is longer. */
const bodyLimit = 20 * 2 ** 20;

export async function startInbox({
  dir,
  port,
  verified,
  region = defaultRegion,
  account = '',
  emit = () => undefined,
}: InboxOptions): Promise<Inbox> {
  const mailbox = openMailbox(dir);
  const forward: Inbox['forward'] = async ({ body }) => {
    const meta = { service: 'ses', requestId: randomUUID() };
    const form = Object.fromEntries(new URLSearchParams(body.toString()));
    try {
      const mail = await readMail(form, { verified, region });
      mailbox.add(mail);
      for (const event of eventsOf(mail, sendingOf(form, { account, region }), new Date())) emit(event);
      return asText(queryResponse(String(form.Action), { MessageId: mail.messageId }, meta));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return asText(queryError(error, meta));
    }
  };
  const listener = await listen({ port, purpose: 'the inbox page', handle: (request) => page(request, mailbox) }).catch(
    (error: unknown) => {
      mailbox.close();
      throw error;
    },
  );
  return {
    url: listener.url,
    port: listener.port,
    forward,
    async close() {
      await listener.close();
      mailbox.close();
    },
  };
}

const asText = ({ status, headers, body }: HttpResponse) => ({
  status,
  headers: headers as Record<string, string>,
  body: body.toString(),
});

const json = (status: number, value: unknown): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

/** Handles the requests of the package's page. */
async function page(request: IncomingMessage, mailbox: Mailbox): Promise<HttpResponse> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://inbox');
  switch (`${request.method} ${pathname}`) {
    case 'GET /':
      return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: await readFile(pagePath()) };
    case 'GET /store':
      return store(mailbox, searchParams.get('since'));
    case 'GET /get-emlContent':
      return await asFile(mailbox.mails.find(({ messageId }) => messageId === searchParams.get('messageId')));
    case 'GET /health-check':
      return json(200, {});
    case 'POST /clear-store':
      await readBody(request, bodyLimit);
      mailbox.clear();
      return json(200, { message: 'Store cleared' });
    default:
      return json(404, { message: 'Not found' });
  }
}

const require = createRequire(import.meta.url);
const pagePath = () => require.resolve('aws-ses-v2-local/static/index.html');

/** `since` is in seconds since the epoch. */
function store({ mails }: Mailbox, since: string | null): HttpResponse {
  if (since !== null && !/^\d+$/.test(since))
    return json(400, { message: 'Bad since query param, expected seconds since the epoch' });
  return json(200, { templates: {}, emails: mails.filter(({ at }) => at >= Number(since ?? 0)) });
}

async function asFile(mail: Mail | undefined): Promise<HttpResponse> {
  if (!mail) return json(400, { message: 'Email not found within the store' });
  const { createEmlContent } = require('aws-ses-v2-local/dist/emlFile.js') as {
    createEmlContent(mail: Mail): Promise<unknown>;
  };
  return json(200, await createEmlContent(mail));
}
