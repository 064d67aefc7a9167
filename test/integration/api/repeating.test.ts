/** Requests under an Idempotency-Key. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import '#test/support/matchers.ts';
import { aPlatform, type Platform, pagesOf } from '#test/support/cloud.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform();
});
afterAll(() => platform.close());

interface Named {
  readonly id: string;
  readonly name: string;
}
const anApp = (name: string) => ({ name, admins: ['admin@example.com'] });
const createApp = (name: string, key?: string) =>
  platform.ask<Named & { detail?: string }>('POST /v1/apps', {
    body: anApp(name),
    headers: key === undefined ? {} : { 'idempotency-key': key },
  });
const created = async (name: string) =>
  (await platform.entries()).filter(({ type, data }) => type === 'AppCreated' && data.name === name);

describe('a create under an Idempotency-Key', () => {
  it('is done once, and returns the same again', async () => {
    const first = await createApp('once-app', 'key-1');
    const again = await createApp('once-app', 'key-1');

    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect([first.headers.get('idempotent-replayed'), again.headers.get('idempotent-replayed')]).toEqual([
      null,
      'true',
    ]);
    expect(await created('once-app')).toHaveLength(1);
  });

  it('is refused when the same key comes with another body, and nothing is made', async () => {
    await createApp('first-body', 'key-2');
    const response = await createApp('other-body', 'key-2');

    expect(response).toBeProblem('idempotency_mismatch');
    expect(response.body.detail).toContain('Use a new key');
    expect(await created('other-body')).toEqual([]);
  });

  it('is done once, however many come at the same moment', async () => {
    const responses = await Promise.all(Array.from({ length: 8 }, () => createApp('racing-app', 'key-3')));
    const statuses = responses.map(({ status }) => status);

    expect(statuses.filter((status) => status === 201).length).toBeGreaterThan(0);
    for (const response of responses.filter(({ status }) => status !== 201))
      expect(response).toBeProblem('idempotency_in_progress');
    expect(await created('racing-app')).toHaveLength(1);
  });

  it('that failed may be tried again under the same key', async () => {
    const body = { name: 'later-db', plan: 'private-7', app: 'app-of-later' };
    const ask = () => platform.ask('POST /v1/databases', { body, headers: { 'idempotency-key': 'key-4' } });

    expect(await ask()).toBeProblem('not_found');

    await platform.ask('POST /v1/apps', { body: { ...anApp('app-of-later'), space: 'acme-private' } });
    expect((await ask()).status).toBe(202);
    expect((await ask()).headers.get('idempotent-replayed')).toBe('true');
  });

  it('is another team’s own affair', async () => {
    const { body } = await platform.ask<{ token: string }>('POST /v1/tokens', {
      token: platform.tokens.adminToken,
      body: { name: 'globex', team: 'globex' },
    });
    await createApp('shared-key-app', 'key-5');

    const theirs = await platform.ask<Named>('POST /v1/apps', {
      token: body.token,
      body: anApp('their-app'),
      headers: { 'idempotency-key': 'key-5' },
    });

    expect(theirs.body.name).toBe('their-app');
  });

  it.each(['', 'with blank', 'x'.repeat(256), 'umläut'])('is refused under the key %j', async (key) => {
    const response = await createApp('badly-keyed', key);

    expect(response).toBeProblem('invalid_request');
    expect(response.body.detail).toContain('1 to 255');
    expect(await created('badly-keyed')).toEqual([]);
  });

  it('keeps no token in the table, though it returns it again', async () => {
    const ask = () =>
      platform.ask<{ token: string }>('POST /v1/tokens', {
        token: platform.tokens.adminToken,
        body: { name: 'secret' },
        headers: { 'idempotency-key': 'key-6' },
      });
    const first = await ask();
    const rows = JSON.stringify(
      await platform.aws(platform.cloud.dynamodb, 'Scan', { TableName: platform.cloud.environment.TABLE_NAME }),
    );

    expect(rows.includes(first.body.token)).toBe(false);
    expect((await ask()).body).toEqual(first.body);
  });

  it('is repeated only to the token that sent the request', async () => {
    await createApp('one-token-app', 'key-7');
    const response = await platform.ask('POST /v1/apps', {
      token: platform.tokens.adminToken,
      body: anApp('one-token-app'),
      headers: { 'idempotency-key': 'key-7' },
    });

    expect(response).toBeProblem('idempotency_mismatch');
    expect(await created('one-token-app')).toHaveLength(1);
  });
});

describe('names', () => {
  it('are taken once, even at the same moment', async () => {
    const responses = await Promise.all(Array.from({ length: 6 }, () => createApp('wanted-app')));

    expect(responses.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const response of responses.filter(({ status }) => status !== 201)) expect(response).toBeProblem('name_taken');
    expect(await created('wanted-app')).toHaveLength(1);
  });

  it('are free again once what had them is gone', async () => {
    await createApp('short-lived');
    await platform.ask('DELETE /v1/apps/short-lived');
    expect((await createApp('short-lived')).status).toBe(201);
  });
});

describe('paging', () => {
  it.each([1, 3, 100])('with %d items a page gives every item once', async (limit) => {
    for (let number = 0; number < 7; number++) await createApp(`page-${limit}-${number}`);
    const names = (await pagesOf<Named>(platform.ask, '/v1/apps', limit))
      .map(({ name }) => name)
      .filter((name) => name.startsWith(`page-${limit}-`));

    expect(names).toEqual(Array.from({ length: 7 }, (_, number) => `page-${limit}-${number}`));
  });

  it('goes through the timeline newest first, without gaps, also while it grows', async () => {
    const seqs: number[] = [];
    let cursor: string | null = '';

    while (cursor !== null) {
      const { body }: { body: { items: { seq: number }[]; cursor: string | null } } = await platform.ask(
        `GET /v1/timeline?limit=4${cursor && `&cursor=${cursor}`}`,
      );
      seqs.push(...body.items.map(({ seq }) => seq));
      cursor = body.cursor;
      if (seqs.length === 4) await createApp('in-between');
    }

    expect(seqs).toEqual(Array.from({ length: seqs[0] ?? 0 }, (_, index) => (seqs[0] ?? 0) - index));
  });
});
