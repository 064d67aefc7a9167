import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetSendQuotaCommand, SESClient, SendEmailCommand, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Listener, listen, readBody } from '../../src/listener.ts';
import { type Inbox, startInbox } from '../../src/ses/inbox.ts';
import { accessKey, platformAccount, region } from '../../test-support/accounts.ts';

let dir: string;
let inbox: Inbox;
let endpoint: Listener;
let client: SESClient;

const start = async () => {
  inbox = await startInbox({ dir, port: 0, verified: ['shop.example', 'ops@other.example'] });
  endpoint = await listen({
    port: 0,
    purpose: 'a test',
    handle: async (request) => await inbox.forward({ body: (await readBody(request, 2 ** 24)) ?? '', headers: {} }),
  });
  client = new SESClient({
    endpoint: endpoint.url,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId: accessKey(platformAccount), secretAccessKey: 'x' },
  });
};
const stop = async () => {
  client.destroy();
  await endpoint.close();
  await inbox.close();
};

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'inbox-'));
  await start();
});
afterEach(async () => {
  await stop();
  await rm(dir, { recursive: true });
});

interface Stored {
  messageId: string;
  from: string;
  subject: string;
  destination: Record<string, string[]>;
  replyTo: string[];
  body: { text?: string; html?: string };
}
const stored = async (query = '') =>
  ((await (await fetch(`${inbox.url}/store${query}`)).json()) as { emails: Stored[] }).emails;
const send = ({
  from = 'noreply@shop.example',
  to = ['admin@example.com'],
  cc = [] as string[],
  subject = 'Key disabled',
} = {}) =>
  client.send(
    new SendEmailCommand({
      Source: from,
      Destination: { ToAddresses: to, ...(cc.length > 0 && { CcAddresses: cc }) },
      ReplyToAddresses: ['help@shop.example', 'ops@other.example'],
      Message: {
        Subject: { Data: subject },
        Body: { Text: { Data: 'It stops.' }, Html: { Data: '<p>It stops.</p>' } },
      },
    }),
  );

describe('the inbox', () => {
  it('holds a mail with all its recipients', async () => {
    const { MessageId } = await send({ to: ['a@example.com', 'B <b@example.com>'], cc: ['c@example.com'] });
    expect(await stored()).toEqual([
      expect.objectContaining({
        messageId: MessageId,
        from: 'noreply@shop.example',
        subject: 'Key disabled',
        destination: { to: ['a@example.com', 'B <b@example.com>'], cc: ['c@example.com'], bcc: [] },
        replyTo: ['help@shop.example', 'ops@other.example'],
        body: { text: 'It stops.', html: '<p>It stops.</p>' },
      }),
    ]);
  });

  it('holds a raw mail', async () => {
    const raw = ['From: ops@other.example', 'To: a@example.com', 'Subject: Raw', '', 'Body', ''].join('\r\n');
    await client.send(new SendRawEmailCommand({ RawMessage: { Data: Buffer.from(raw) } }));
    expect(await stored()).toMatchObject([
      { from: 'ops@other.example', subject: 'Raw', destination: { to: ['a@example.com'] } },
    ]);
  });

  it('is a page, on loopback only', async () => {
    const page = await fetch(inbox.url);
    expect(page.headers.get('content-type')).toMatch('text/html');
    expect(await page.text()).toContain('/store');
    expect(inbox.url).toBe(`http://127.0.0.1:${inbox.port}`);
  });

  it('gives a mail as a file, and mails since a time', async () => {
    const { MessageId } = await send();
    const file = (await (await fetch(`${inbox.url}/get-emlContent?messageId=${MessageId}`)).json()) as {
      body: { data: number[] };
    };
    expect(Buffer.from(file.body.data).toString()).toContain('Subject: Key disabled');
    expect(await stored('?since=9999999999')).toEqual([]);
    expect((await fetch(`${inbox.url}/store?since=x`)).status).toBe(400);
  });

  it('is the same after a restart, and after a kill in the middle of a line', async () => {
    await send({ subject: 'One' });
    await send({ subject: 'Two' });
    const before = await stored();
    await stop();
    await appendFile(join(dir, 'inbox.jsonl'), '{"messageId":"half');
    await start();
    expect(await stored()).toEqual(before);
    await send({ subject: 'Three' });
    expect((await stored()).map(({ subject }) => subject)).toEqual(['One', 'Two', 'Three']);
  });

  it('is empty once cleared, also after a restart', async () => {
    await send();
    await fetch(`${inbox.url}/clear-store`, { method: 'POST' });
    expect(await stored()).toEqual([]);
    await stop();
    await start();
    expect(await stored()).toEqual([]);
  });
});

describe('sending', () => {
  it.each(['Shop <noreply@shop.example>', 'x@mail.shop.example', 'OPS@other.example'])(
    'is allowed to %s',
    async (from) => {
      await send({ from });
      expect(await stored()).toHaveLength(1);
    },
  );

  it.each(['noreply@evil.example', 'x@notshop.example', 'other@other.example', 'x@shop.example.evil.example'])(
    'is refused to %s, which is not verified',
    async (from) => {
      const reason = 'Email address is not verified. The following identities failed the check in region US-EAST-1';
      await expect(send({ from })).rejects.toMatchObject({ name: 'MessageRejected', message: `${reason}: ${from}` });
      expect(await stored()).toEqual([]);
    },
  );

  it('is refused without recipients, with too many and with an invalid address', async () => {
    await expect(send({ to: [] })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(send({ to: Array.from({ length: 51 }, (_, n) => `${n}@example.com`) })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    await expect(send({ to: ['nobody'] })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: "Missing final '@domain'",
    });
    expect(await stored()).toEqual([]);
  });

  it('is refused without a subject and without a text', async () => {
    await expect(send({ subject: '' })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: 'Must have a subject.',
    });
    const Message = { Subject: { Data: 'Key disabled' }, Body: {} };
    const command = new SendEmailCommand({
      Source: 'noreply@shop.example',
      Destination: { ToAddresses: ['a@example.com'] },
      Message,
    });
    await expect(client.send(command)).rejects.toMatchObject({ message: 'Must have either a HTML or Text body.' });
    expect(await stored()).toEqual([]);
  });

  it('is all there is: another operation is unknown', async () => {
    await expect(client.send(new GetSendQuotaCommand({}))).rejects.toMatchObject({ name: 'InvalidAction' });
  });
});
