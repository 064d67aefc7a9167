/** Publishing events within EventBridge's limits. */
import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publishing } from '#lib/aws/events.ts';
import { entryBytes, sizeLimit } from '#lib/aws/put-events.ts';
import type { Entry } from '#lib/model/entry.ts';
import type { Pending } from '#lib/model/outbox-message.ts';
import { at, teamId } from '#test/support/build.ts';

const before = process.env.EVENT_BUS_NAME;
beforeAll(() => {
  process.env.EVENT_BUS_NAME = 'bus';
});
afterAll(() => {
  if (before === undefined) delete process.env.EVENT_BUS_NAME;
  else process.env.EVENT_BUS_NAME = before;
});

const entry = (data: Entry['data']): Entry => ({
  ...{ type: 'TokenCreated', actor: { kind: 'token', id: 'tok_1' }, subject: {}, data, teamId },
  ...{ id: 'entry_1', seq: 1, at: at.toISOString(), previousHash: '0'.repeat(64), hash: '1'.repeat(64) },
});
const message = (id: string, scopes: number): Pending => ({
  ...{ id, since: at.toISOString(), claimedUntil: null, attempts: 0 },
  effect: { kind: 'event', entry: entry({ scopes: Array.from({ length: scopes }, () => 'read') }) },
});
const named = (name: string) => Object.assign(new Error(name), { name });

/** A bus with AWS's limits, which returns the result of `fate` for an entry. */
function aBus(fate: (entry: PutEventsRequestEntry) => string | Error | undefined = () => undefined) {
  const requests: PutEventsRequestEntry[][] = [];
  const publish = publishing(async (entries) => {
    requests.push(entries);
    if (entries.length > 10 || entries.reduce((sum, each) => sum + entryBytes(each), 0) >= sizeLimit)
      throw named('ValidationException');
    const fates = entries.map(fate);
    const thrown = fates.find((each) => each instanceof Error);
    if (thrown) throw thrown;
    return fates.map((code) => (code === undefined ? { EventId: 'event' } : { ErrorCode: String(code) }));
  });
  return { requests, publish };
}

describe('publishing', () => {
  it('sends ten at a time', async () => {
    const { requests, publish } = aBus();
    const all = Array.from({ length: 23 }, (_, n) => message(`m${n}`, 1));

    expect((await publish(all)).taken).toEqual(all.map(({ id }) => id));
    expect(requests.map(({ length }) => length)).toEqual([10, 10, 3]);
  });

  it('keeps each request below 256 KB, as AWS counts bytes', async () => {
    const { requests, publish } = aBus();
    const all = Array.from({ length: 9 }, (_, n) => message(`m${n}`, 14_000));

    expect(await publish(all)).toEqual({ taken: all.map(({ id }) => id), refused: [], failure: null });
    expect(requests.map(({ length }) => length)).toEqual([2, 2, 2, 2, 1]);
  });

  it('counts as the user guide does: the time 14 bytes, texts as UTF-8', () => {
    expect(entryBytes({ Time: at, Source: 'é', DetailType: 'ab', Detail: '{}', Resources: ['x'] })).toBe(
      14 + 2 + 2 + 2 + 1,
    );
  });

  it('refuses a message of 40,000 scopes by itself, and sends the others of its page', async () => {
    const { publish } = aBus();
    const published = await publish([message('m1', 1), message('huge', 40_000), message('m2', 1)]);

    expect(published.taken).toEqual(['m1', 'm2']);
    expect(published.refused).toEqual([
      { id: 'huge', reason: expect.stringMatching(/^too_large: \d+ bytes$/), final: true },
    ]);
  });

  it('sends the others where the bus refuses one message, or the whole request because of one', async () => {
    const isBad = ({ Detail = '' }: PutEventsRequestEntry) => Detail.includes('"read","read"');
    const single = aBus((each) => (isBad(each) ? 'MalformedDetail' : undefined));
    const whole = aBus((each) => (isBad(each) ? named('ValidationException') : undefined));
    const all = [message('m1', 1), message('bad', 2), message('m2', 1)];

    for (const { publish } of [single, whole]) {
      const { taken, refused, failure } = await publish(all);
      expect([taken, refused.map(({ id, final }) => [id, final]), failure]).toEqual([
        ['m1', 'm2'],
        [['bad', true]],
        null,
      ]);
    }
  });

  it("takes neither throttling nor the deployment's faults for a message's", async () => {
    const throttled = await aBus(() => 'ThrottlingException').publish([message('m1', 1)]);
    expect(throttled.refused).toEqual([{ id: 'm1', reason: 'ThrottlingException', final: false }]);

    const denied = await aBus(() => named('AccessDeniedException')).publish([message('m1', 1), message('m2', 1)]);
    expect(denied).toMatchObject({ taken: [], refused: [], failure: { name: 'AccessDeniedException' } });
  });
});
