/** Every route refuses callers without a token, without the scope, and of another team. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aServingDatabase } from '#test/integration/api/preconditions.ts';
import { aPlatform, type Platform } from '#test/support/cloud.ts';
import { bodyFor, type CallerKind, callersOf, filledPath, routesOf } from './callers.ts';
import { type Need, requiredScopes } from './required-scopes.ts';

let platform: Platform;
let tokens: Record<CallerKind, string | null>;
/** The resources of team acme, by the name of a route's parameter. */
let own: Record<string, string>;
/** Values that only acme may learn, apart from those in the request itself. */
let facts: string[];

beforeAll(async () => {
  platform = await aPlatform();
  tokens = await callersOf(platform);
  const arn = await platform.keyOfCustomer();
  const database = await aServingDatabase(platform, { key: arn, name: 'acme-secret-name' });
  const { body: app } = await platform.ask<{ id: string }>('GET /v1/apps/your-app-name');
  const attachments = await platform.ask<{ id: string }[]>('GET /addon-attachments');
  own = {
    ...{
      key: String(database.key?.id),
      database: database.id,
      addon: database.id,
      app: app.id,
      backup: 'bak_1',
      lockout: 'lk_1',
    },
    ...{
      token: String(
        (await platform.ask<{ items: { id: string }[] }>('GET /v1/tokens', { token: platform.tokens.adminToken })).body
          .items[0]?.id,
      ),
    },
    attachment: String(attachments.body[0]?.id),
  };
  facts = [arn, 'acme-secret-name', 'admin@example.com', 'your-app-name', 'example-app', 'acme-private'];
});
afterAll(() => platform.close());

const routes = Object.entries(requiredScopes).flatMap(([need, its]) =>
  its.map((route) => [route, need as Need] as const),
);
const everybody: readonly CallerKind[] = ['nobody', 'garbage', 'revoked', 'reader', 'writer', 'admin', 'stranger'];
const holding: { readonly [N in Need]: readonly CallerKind[] } = {
  files: everybody,
  cookie: [],
  public: ['nobody', 'reader', 'writer', 'admin', 'stranger'],
  read: ['reader', 'writer', 'admin', 'stranger'],
  write: ['writer', 'admin', 'stranger'],
  admin: ['admin', 'stranger'],
};
const unknown: readonly CallerKind[] = ['nobody', 'garbage', 'revoked'];

/** 401 without a valid token, 403 without the scope, and any other status for an authorised caller. */
const expected = (who: CallerKind, need: Need): RegExp => {
  if (need === 'cookie' && who === 'nobody') return /^403$/;
  if (holding[need].includes(who)) return /^(2..|400|404|409|422)$/;
  return unknown.includes(who) ? /^401$/ : /^403$/;
};

describe('the table of scopes', () => {
  it('has every route that is deployed, once, and no other', () => {
    expect(routes.map(([route]) => route).sort()).toEqual(routesOf(platform).sort());
  });
});

describe('each route', () => {
  it.each(routes)('%s needs the scope %s', async (route, need) => {
    for (const who of everybody) {
      const { status } = await platform.ask(filledPath(route), { token: tokens[who], ...bodyFor(route) });
      expect(`${who} ${status}`).toMatch(new RegExp(`^${who} (${expected(who, need).source.slice(1, -1)})$`));
    }
  });
});

/** Ids of the same form that do not exist. */
const ofNobody = (values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([name, id]) => [
      name,
      id.replaceAll(/[0-9a-z]{26}/g, '0'.repeat(26)).replaceAll(/[0-9a-f]{12}\b/g, '0'.repeat(12)),
    ]),
  );

/** The parts that differ between two requests: ids, the request's own number, new codes and their times. */
const withoutIds = (text: string): string =>
  text
    .replaceAll(/latchkey_code[\w.-]+|\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'NEW')
    .replaceAll(/[a-z]+_[0-9a-z]{26}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(bak|lk)_1/g, 'ID');

describe('another team, with every scope', () => {
  it.each(routes.map(([route]) => route))('learns nothing of this one by %s', async (route) => {
    const ask = (values?: Record<string, string>) =>
      platform.ask<unknown>(filledPath(route, values), { token: tokens.stranger, ...bodyFor(route) });
    const [theirs, absent] = [await ask(own), await ask(ofNobody(own))];

    for (const fact of facts) expect(JSON.stringify(theirs.body)).not.toContain(fact);
    expect([theirs.status, withoutIds(JSON.stringify(theirs.body))]).toEqual([
      absent.status,
      withoutIds(JSON.stringify(absent.body)),
    ]);
  });

  it('has changed nothing of it', async () => {
    expect((await platform.ask(`GET /v1/databases/${own.database}`)).body).toMatchObject({
      name: 'acme-secret-name',
      status: 'available',
    });
    expect((await platform.ask('GET /v1/apps/your-app-name')).status).toBe(200);
    expect((await platform.ask('GET /v1/tokens', { token: platform.tokens.adminToken })).body).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ id: own.token })]),
    });
  });

  it('is refused a key that is registered already', async () => {
    const { body } = await platform.ask(`GET /v1/keys/${own.key}`);
    const taken = await platform.ask('POST /v1/keys', { token: tokens.stranger, body: { arn: body.arn } });

    expect([taken.status, taken.body.type]).toEqual([409, expect.stringContaining('key_taken')]);
    expect(
      (await platform.ask<{ items: unknown[] }>(`GET /v1/keys?arn=${body.arn}`, { token: tokens.stranger })).body.items,
    ).toEqual([]);
  });
});
